import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import { type Backoff, backoffMs, defaultBackoff } from './backoff.ts'
import { packEvents, withoutRemnant } from './batch.ts'
import { claimCursor, makeCursor, type RelayCursor, updateCursor } from './cursor.ts'
import { errorText, fileDeadLetter } from './dead-letters.ts'
import { type DeliveryFailure, openDestination } from './deliver.ts'
import type { Destination } from './destination.ts'
import { ringDoorbell } from './doorbell.ts'
import { createLogReader, type LogReader } from './log.ts'

export interface RelayContext {
  /** As orrery_relay; one connection for each destination of each world that is served at once. */
  pool: pg.Pool
  destinations: Destination[]
  /** The doorbell queue: a backoff rings for itself. */
  doorbell: Queue
  /** A new UUID. */
  newId: () => string
  /** Milliseconds of a clock that never goes back. */
  monotonicMs: () => number
  /** In [0, 1). */
  random: () => number
  /** What went wrong with one world and destination; it goes on by itself. */
  log: Log
  /** Default: nothing is measured. */
  metrics?: Metrics | undefined
  backoff?: Backoff
  /** Refusals of one event until it is dead; default 5. */
  maxAttempts?: number
  /** Time for one call of `relayWorld`; default 20,000. */
  budgetMs?: number
}

/**
 * - done: everything was delivered that was in the log when the claim was made
 * - locked: somebody else serves this world; what came meanwhile may not be theirs to see
 * - backoff: a destination failed, and a delayed doorbell of its own is on its way
 * - more: the time was up
 */
export type RelayOutcome = 'done' | 'locked' | 'backoff' | 'more'

/**
 * Delivers the world's log to every destination, each at its own pace: claims the cursor, reads what comes
 * after it in order, sends, moves the cursor, until nothing is left. Any number of processes may try the same
 * world at the same time. At least once and in order (I3).
 *
 * @throws what PostgreSQL throws, and the doorbell queue when a backoff cannot ring: then nothing will come
 * back to this world by itself, and the caller keeps its own doorbell.
 */
export const relayWorld = async (context: RelayContext, worldId: string): Promise<RelayOutcome> => {
  const settled = await Promise.allSettled(
    context.destinations.map((destination) => relayDestination(context, worldId, destination)),
  )
  const outcomes = settled.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
  const worst = (['locked', 'more', 'backoff'] as const).find((outcome) => outcomes.includes(outcome))
  return worst ?? 'done'
}

// The planner may take no path but the primary key's: without statistics it guesses, and a plan that was
// made for an empty table stays cached when the table has grown.
const claimBegin =
  'BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off'

/** A claim ends well within transaction_timeout, counting one more send that does not answer (5 s). */
const claimMs = 2_500

const relayDestination = async (
  context: RelayContext,
  worldId: string,
  destination: Destination,
): Promise<RelayOutcome> => {
  const { pool, monotonicMs } = context
  const until = monotonicMs() + (context.budgetMs ?? 20_000)
  const claim: Claim = { context, worldId, destination, reader: createLogReader(worldId) }
  for (;;) {
    const outcome = await inTransaction(pool, (client) => serveClaim(claim, client), claimBegin)
    if (outcome === 'absent') {
      if (!(await makeCursor(pool, worldId, destination.name))) return 'done'
    } else if (outcome !== 'more' || monotonicMs() > until) return outcome
  }
}

interface Claim {
  context: RelayContext
  worldId: string
  destination: Destination
  reader: LogReader
}

/** One transaction: what one read brings is sent, and the cursor moved behind what was delivered. */
const serveClaim = async (claim: Claim, client: pg.ClientBase): Promise<RelayOutcome | 'absent'> => {
  const { context, worldId, destination, reader } = claim
  const cursor = await claimCursor(client, worldId, destination.name)
  if (cursor === 'locked' || cursor === 'absent') return cursor
  if (cursor.waitMs > 0) return waitOn(context, worldId, cursor.waitMs)
  const { rows, isCut } = await reader.read(client, cursor.seq)
  if (rows.length === 0) return 'done'

  const messages = withoutRemnant(packEvents(rows), isCut)
  const lastSeq = messages.at(-1)!.rows.at(-1)!.seq

  const world = { worldId, tenantId: cursor.tenantId }
  const deliver = await openDestination(client, destination, world, context.newId)
  if (isCut) reader.prefetch(client, lastSeq)
  const until = context.monotonicMs() + claimMs
  const { seq = cursor.seq, failure } = await deliver(messages, () => context.monotonicMs() > until)
  if (failure !== undefined) return fail(claim, client, { ...cursor, ...freshAfter(cursor, seq) }, failure)
  await updateCursor(client, worldId, destination.name, delivered(seq))
  // an event that is committed from now on has a doorbell that finds the cursor locked and comes back
  return isCut || seq < lastSeq ? 'more' : 'done'
}

const delivered = (seq: number) => ({ seq, attempts: 0, refusals: 0, lastError: null, waitMs: 0 })

/** Attempts are those of the event after the cursor: a cursor that moved starts counting again. */
const freshAfter = (cursor: RelayCursor, seq: number) =>
  seq === cursor.seq ? {} : { seq, attempts: 0, refusals: 0 }

/**
 * Its own doorbell ends a backoff; other doorbells of the world need not wait for it. One that comes just
 * before the end may be that doorbell, early by the difference of two clocks, and rings again.
 */
const waitOn = async ({ doorbell }: RelayContext, worldId: string, waitMs: number): Promise<'backoff'> => {
  const clockSkewMs = 5_000
  if (waitMs < clockSkewMs) await ringDoorbell(doorbell, { worldId }, waitMs)
  return 'backoff'
}

const fail = async (
  { context, worldId, destination }: Claim,
  client: pg.ClientBase,
  cursor: RelayCursor,
  { kind, seq, error }: DeliveryFailure,
): Promise<RelayOutcome> => {
  const attempts = cursor.attempts + 1
  const refusals = cursor.refusals + (kind === 'refused' ? 1 : 0)
  const lastError = errorText(error)
  const where = `relay: world ${worldId}, destination ${destination.name}, seq ${seq}`
  if (kind === 'refused' && refusals >= (context.maxAttempts ?? 5)) {
    const { tenantId } = cursor
    const letter = {
      worldId,
      destination: destination.name,
      seq,
      tenantId,
      error: lastError,
      attempts: refusals,
    }
    await fileDeadLetter(client, letter)
    await updateCursor(client, worldId, destination.name, delivered(seq))
    context.log(`${where}: dead after ${refusals} refusals: ${lastError}`, { level: 'error', world: worldId })
    return 'more'
  }
  const waitMs = backoffMs(context.backoff ?? defaultBackoff, attempts, context.random)
  // before the wait is committed: were it the other way round, a crash between them would leave a world
  // that nothing but the sweep comes back to
  await ringDoorbell(context.doorbell, { worldId }, waitMs)
  await updateCursor(client, worldId, destination.name, {
    seq: cursor.seq,
    attempts,
    refusals,
    lastError,
    waitMs,
  })
  context.log(`${where}: ${kind}, attempt ${attempts}, again in ${waitMs} ms: ${lastError}`, {
    world: worldId,
  })
  return 'backoff'
}
