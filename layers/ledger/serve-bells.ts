import type { Queue, ReceivedMessage } from '#platform/queue/queue'
import { isHousekeepingBell } from './archivist/housekeeping-bell.ts'
import { serveHousekeeping } from './archivist/serve-housekeeping.ts'
import { type EngineContext, ShardBusy, serveShard } from './engine.ts'
import { parseFollowBell } from './follow-bell.ts'
import { ShardLost } from './postgres/shard-lease.ts'
import { serveFollower } from './serve-follower.ts'
import { parseShardWork } from './shard-bell.ts'
import { sweepLedger } from './sweep.ts'
import { isSweepBell } from './sweep-bell.ts'

/**
 * Bells that ask for the same, in their order: all of one shard, of one world's copies, all for a sweep, or all that the house be
 * kept.
 */
export interface BellGroup {
  name: string
  messages: ReceivedMessage[]
  serve(context: EngineContext): Promise<unknown>
  /** Of a shard: what it was served for it need not be served for again. */
  isShard?: true
}

/** Groups messages of the ledger's queue. What is no bell is answered apart: nobody could ever serve it. */
export const groupBells = (
  messages: readonly ReceivedMessage[],
): { groups: BellGroup[]; unreadable: ReceivedMessage[] } => {
  const groups = new Map<string, BellGroup>()
  const unreadable: ReceivedMessage[] = []
  for (const message of messages) {
    const group = groupOf(message)
    const known = group && groups.get(group.name)
    if (group === undefined) unreadable.push(message)
    else if (known === undefined) groups.set(group.name, group)
    else known.messages.push(message)
  }
  return { groups: [...groups.values()], unreadable }
}

const groupOf = (message: ReceivedMessage): BellGroup | undefined => {
  const { body } = message
  if (isSweepBell(body)) return { name: 'sweep', messages: [message], serve: sweepLedger }
  if (isHousekeepingBell(body)) return { name: 'housekeeping', messages: [message], serve: serveHousekeeping }
  const followed = parseFollowBell(body)
  if (followed !== undefined) {
    const serve = (context: EngineContext) => serveFollower(context, followed)
    return { name: `${followed}/copies`, messages: [message], serve }
  }
  const work = parseShardWork(body)
  if (work === undefined) return undefined
  const { worldId, layer, shard } = work
  return {
    name: `${worldId}/${layer}/${shard}`,
    messages: [message],
    serve: (context) => serveShard(context, work),
    isShard: true,
  }
}

/** undefined: served; else the bells are to come again after so many seconds. */
export type BellAnswer = { afterSeconds: number } | undefined

/** Whoever works on a shard is done with it soon. */
const busySeconds = 2
const longestSeconds = 60

/**
 * Serves a group once for all its bells, since they carry no data. A failure keeps them all, for longer the more often they
 * came. Never rejects.
 */
export const serveGroup = async (
  context: EngineContext,
  { name, messages, serve, isShard }: BellGroup,
): Promise<BellAnswer> => {
  if (isShard && context.served?.covers(name, messages)) return undefined
  try {
    const beganAtMs = context.now().getTime()
    await serve(context)
    if (isShard) context.served?.note(name, beganAtMs)
    return undefined
  } catch (error) {
    if (error instanceof ShardBusy || error instanceof ShardLost) return { afterSeconds: busySeconds }
    context.log(`ledger: ${name}: ${(error as Error).message}`, { world: name.split('/')[0]! })
    const received = Math.max(...messages.map(({ receiveCount }) => receiveCount))
    return { afterSeconds: Math.min(longestSeconds, 2 ** Math.min(received - 1, 6)) }
  }
}

/**
 * Serves the messages of one receive, groups beside each other, `atOnce` at most. Answers those that must come again, which
 * it has asked the queue to show soon. All others are done with.
 */
export const serveBells = async (
  context: EngineContext,
  messages: readonly ReceivedMessage[],
  atOnce: number,
): Promise<ReceivedMessage[]> => {
  const { groups, unreadable } = groupBells(messages)
  reportUnreadable(context, unreadable)
  const kept: ReceivedMessage[] = []
  const serveSome = async (): Promise<void> => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      const answer = await serveGroup(context, group)
      if (answer === undefined) continue
      kept.push(...group.messages)
      await settleKept(context.queue, group.messages, answer.afterSeconds)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, groups.length) }, serveSome))
  return kept
}

export const reportUnreadable = ({ log }: EngineContext, unreadable: readonly ReceivedMessage[]): void => {
  for (const { messageId } of unreadable) log(`ledger: the message ${messageId} is no bell, and is dropped`)
}

/** Shows them soon; where that fails they come after the queue's own time. */
export const settleKept = async (
  queue: Queue,
  messages: readonly ReceivedMessage[],
  afterSeconds: number,
): Promise<void> => {
  await Promise.allSettled(messages.map((message) => queue.postpone(message, afterSeconds)))
}
