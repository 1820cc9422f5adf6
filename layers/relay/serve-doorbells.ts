import type { ReceivedMessage } from '#platform/queue/queue'
import type { DeadLetterName, Doorbell } from '#world/event'
import { parseDoorbell, ringDoorbell } from './doorbell.ts'
import { type RelayContext, type RelayOutcome, relayWorld } from './relay.ts'
import { replayDead } from './replay.ts'

/** What becomes of a doorbell: it has been served, or it is returned and comes again after so many seconds. */
export type DoorbellAnswer = { status: 'served' } | { status: 'returned'; afterSeconds: number }

/** Which dead letters are sent again: all, or these. */
export type DeadReplay = 'all' | readonly DeadLetterName[]

/** Several doorbells of one world are one. */
export interface WorldRing {
  worldId: string
  replayDead: DeadReplay
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
  const { worldId } = doorbell
  const replayDead = deadReplayOf(doorbell)
  const ring = rings.get(worldId)
  if (ring === undefined) rings.set(worldId, { worldId, replayDead, messages: [message] })
  else {
    ring.replayDead = bothReplays(ring.replayDead, replayDead)
    ring.messages.push(message)
  }
}

const deadReplayOf = ({ replayDead = false }: Doorbell): DeadReplay => {
  if (typeof replayDead === 'object') return [replayDead]
  return replayDead ? 'all' : []
}

export const bothReplays = (a: DeadReplay, b: DeadReplay): DeadReplay =>
  a === 'all' || b === 'all' ? 'all' : [...a, ...b]

/**
 * Serves one world for all its doorbells. A world that is locked, or whose database or queue is away, has its
 * doorbells returned, for longer the more often they were received. Never rejects.
 */
export const serveWorld = async (context: RelayContext, ring: WorldRing): Promise<DoorbellAnswer> => {
  const { worldId, messages } = ring
  const receiveCount = Math.max(...messages.map((message) => message.receiveCount))
  try {
    if (ring.replayDead.length > 0) await serveDead(context, worldId, ring.replayDead)
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

const serveDead = async (context: RelayContext, worldId: string, which: DeadReplay): Promise<void> => {
  const { accepted, refused, isCutShort } = await replayDead(context, worldId, which)
  context.log(`relay: world ${worldId}: dead letters sent again: ${accepted} accepted, ${refused} refused`, {
    world: worldId,
  })
  if (!isCutShort) return
  for (const replayDead of which === 'all' ? [true] : which)
    await ringDoorbell(context.doorbell, { worldId, replayDead }, 10_000)
}
