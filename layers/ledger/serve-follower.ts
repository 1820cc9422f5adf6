import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Queue } from '#platform/queue/queue'
import { consumeLog } from '#relay/consumer'
import type { Copies } from './copies.ts'
import { CopyUnfinished, createFollower, type FollowingAdapter } from './follow.ts'
import { ringFollower } from './follow-bell.ts'
import { readFollowingAdapters } from './postgres/worlds-to-follow.ts'

export interface FollowContext {
  /** As orrery_background. */
  pool: pg.Pool
  queue: Queue
  /** Default: this process copies nothing. */
  copies?: Copies
}

/** Half of what a transaction may take (`defaultTransactionTimeoutMs`): the rest is for the commit that is being copied. */
const turnMs = 5_000

/** Begins a turn; the answer says whether it still has time. */
type Turn = () => () => boolean

const shortTurn: Turn = () => {
  const endAt = performance.now() + turnMs
  return () => performance.now() < endAt
}

/**
 * Brings the copies of a world's commits up to date, in each adapter that its settings name. What takes longer than a turn is
 * rung for anew, so that nobody waits behind a large copy. An adapter that is not offered is left out: the sweep rings for it when it is.
 *
 * @throws AggregateError with what failed, after all other adapters had their turn; then the bell is to come again.
 */
export const serveFollower = async (
  { pool, queue, copies }: FollowContext,
  worldId: string,
  beginTurn: Turn = shortTurn,
): Promise<void> => {
  if (copies === undefined) return
  const failures: Error[] = []
  let isUnfinished = false
  for (const adapter of await readFollowingAdapters(pool, worldId)) {
    if (!copies.offered.includes(adapter)) {
      copies.reportMissing(adapter)
      continue
    }
    await copyFor(pool, copies, adapter, worldId, beginTurn()).catch((error: Error) => {
      if (error instanceof CopyUnfinished) isUnfinished = true
      else failures.push(error)
    })
  }
  if (isUnfinished) await ringFollower(queue, worldId, randomUUID())
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join('; '))
}

const copyFor = (
  pool: pg.Pool,
  { source, copied, openStore }: Copies,
  adapter: FollowingAdapter,
  worldId: string,
  hasTime: () => boolean,
): Promise<void> => {
  const options = { source, copied, hasTime, openStore: () => openStore(adapter) }
  const consumer = createFollower(adapter, options)
  return consumeLog({ pool, consumer }, worldId)
}
