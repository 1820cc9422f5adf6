import type { ReceivedMessage } from '#platform/queue/queue'
import type { Doorbell } from '#world/event'
import { parseDoorbell, ringDoorbell } from './doorbell.ts'
import { type RelayContext, type RelayOutcome, relayWorld } from './relay.ts'
import { replayDead } from './replay.ts'

/** What becomes of a doorbell: it has been served, or it is returned and comes again after so many seconds. */
export type DoorbellAnswer = { status: 'served' } | { status: 'returned'; afterSeconds: number }

/** Several doorbells of one world are one. */
export interface WorldRing {
  worldId: string
  replayDead: boolean
  messages: ReceivedMessage[]
}

/** Groups messages by their world. What is no doorbell is answered apart: nobody could ever serve it. */
export const groupDoorbells = (
  messages: ReceivedMessage[],
): { rings: WorldRing[]; unreadable: ReceivedMessage[] } => {
  const rings = new Map<string, WorldRing>()
  const unreadable: ReceivedMessage[] = []
  for (const message of messages) {
    const doorbell = parseDoorbell(message.body)
    if (doorbell === undefined) unreadable.push(message)
    else addRing(rings, doorbell, message)
  }
  return { rings: [...rings.values()], unreadable }
}

const addRing = (rings: Map<string, WorldRing>, doorbell: Doorbell, message: ReceivedMessage): void => {
  const { worldId, replayDead = false } = doorbell
  const ring = rings.get(worldId)
  if (ring === undefined) rings.set(worldId, { worldId, replayDead, messages: [message] })
  else {
    ring.replayDead ||= replayDead
    ring.messages.push(message)
  }
}

/**
 * Serves one world for all its doorbells. A world that is locked, or whose database or queue is away, has its
 * doorbells returned, for longer the more often they were received. Never rejects.
 */
export const serveWorld = async (context: RelayContext, ring: WorldRing): Promise<DoorbellAnswer> => {
  const { worldId, messages } = ring
  const receiveCount = Math.max(...messages.map((message) => message.receiveCount))
  try {
    if (ring.replayDead) await serveDead(context, worldId)
    const outcome = await relayWorld(context, worldId)
    // not returned: a large backlog would wear out its doorbell, which is dead after so many receives
    if (outcome === 'more') await ringDoorbell(context.doorbell, { worldId })
    return answerFor(outcome, receiveCount)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    context.log(`relay: world ${worldId}: ${why}`, { world: worldId })
    return { status: 'returned', afterSeconds: Math.min(60, 2 ** Math.min(receiveCount - 1, 6)) }
  }
}

const answerFor = (outcome: RelayOutcome, receiveCount: number): DoorbellAnswer =>
  outcome === 'locked'
    ? { status: 'returned', afterSeconds: Math.min(30, receiveCount) }
    : { status: 'served' }

const serveDead = async (context: RelayContext, worldId: string): Promise<void> => {
  const { accepted, refused, isCutShort } = await replayDead(context, worldId)
  context.log(`relay: world ${worldId}: dead letters sent again: ${accepted} accepted, ${refused} refused`, {
    world: worldId,
  })
  if (isCutShort) await ringDoorbell(context.doorbell, { worldId, replayDead: true }, 10_000)
}
