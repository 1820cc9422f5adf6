import type pg from 'pg'
import { inTransaction, isDatabaseUnavailable } from '#platform/postgres/pool'
import type { EventBatch, WorldEvent } from '#world/event'
import { lockConsumerCursor, storeConsumerCursor } from './consumer-cursor.ts'
import { errorText, fileDeadLetter } from './dead-letters.ts'
import { MissingEvent, readEvents, resolveReferences } from './read-events.ts'

/** An ordered consumer whose effects are in PostgreSQL. */
export interface Consumer {
  /** Names its cursors; never changed. */
  name: string
  /**
   * Applies consecutive events of one world, in order, through `client` alone: its transaction also holds the
   * cursor (I3), and is rolled back when this throws, perhaps to be tried again with fewer events.
   */
  apply(client: pg.ClientBase, world: ConsumerWorld, events: WorldEvent[]): Promise<void>
}

export interface ConsumerWorld {
  worldId: string
  tenantId: string
}

export interface ConsumerContext {
  /** As orrery_background; its connections should pipeline. */
  pool: pg.Pool
  consumer: Consumer
  /** Failures of one event until it is dead; default 5. */
  maxAttempts?: number
}

/** An event could not be applied; it will be tried again. The events before it are applied. */
export class ConsumerFailed extends Error {
  readonly code = 'consumer-failed'
  readonly worldId: string
  readonly seq: number

  constructor(consumer: string, worldId: string, seq: number, cause: unknown) {
    super(`${consumer} could not apply event ${seq} of world ${worldId}: ${errorText(cause)}`, { cause })
    this.worldId = worldId
    this.seq = seq
  }
}

/**
 * Applies a batch once in effect, whatever was delivered before, twice, out of order or not at all: what is
 * behind the cursor is ignored, a gap before the batch is read from the log, and the cursor moves in the
 * transaction of the effect. When it returns, the message may be acknowledged.
 *
 * An event that cannot be applied is found by halving; after its attempts it goes to the dead letters as
 * `consumer:NAME`, and what follows goes on. An outage of the database is not an attempt.
 *
 * @throws ConsumerFailed, and what PostgreSQL throws; then the message must come again
 */
export const consumeBatch = (context: ConsumerContext & { batch: EventBatch }): Promise<void> =>
  consumeUntilDone(context, context.batch.worldId, (client, seq, limit) =>
    eventsOfBatch(client, context.batch, seq, limit),
  )

/** Applies what the world's log has after the consumer's cursor; otherwise as `consumeBatch`. */
export const consumeLog = (context: ConsumerContext, worldId: string): Promise<void> =>
  consumeUntilDone(context, worldId, (client, seq, limit) =>
    readEvents(client, worldId, seq, Math.min(limit, logReadEvents)),
  )

const logReadEvents = 500

/** The next events after a cursor, at most `limit` (at least 1); none when there is nothing left to do. */
type Source = (client: pg.ClientBase, afterSeq: number, limit: number) => Promise<WorldEvent[]>

const eventsOfBatch = async (
  client: pg.ClientBase,
  { worldId, fromSeq, toSeq, events }: EventBatch,
  afterSeq: number,
  limit: number,
): Promise<WorldEvent[]> => {
  if (afterSeq >= toSeq) return []
  if (afterSeq + 1 < fromSeq) {
    const gap = Math.min(limit, logReadEvents, fromSeq - 1 - afterSeq)
    const missed = await readEvents(client, worldId, afterSeq, gap)
    if (missed[0]?.seq !== afterSeq + 1) throw new MissingEvent(worldId, afterSeq + 1)
    return missed
  }
  const first = afterSeq + 1 - fromSeq
  return resolveReferences(client, worldId, events.slice(first, first + limit))
}

const consumeUntilDone = async (context: ConsumerContext, worldId: string, source: Source): Promise<void> => {
  let limit = Number.MAX_SAFE_INTEGER
  for (;;) {
    const step = await applyNext(context, worldId, source, limit)
    if (step.status === 'done') return
    if (step.status === 'applied') continue
    const { events, error } = step
    if (events.length > 1) {
      limit = events.length >> 1
      continue
    }
    await recordFailure(context, worldId, events[0]!, error)
    limit = Number.MAX_SAFE_INTEGER
  }
}

type Step =
  | { status: 'done' }
  | { status: 'applied' }
  | { status: 'failed'; events: WorldEvent[]; error: unknown }

/** One transaction: effect and cursor. Faults before the effect, and passing ones, are thrown. */
const applyNext = async (
  { pool, consumer }: ConsumerContext,
  worldId: string,
  source: Source,
  limit: number,
): Promise<Step> => {
  let events: WorldEvent[] | undefined
  const client = await pool.connect()
  let broken = false
  try {
    // where the connection pipelines, each of the two pairs is one round trip
    const [, cursor] = await Promise.all([
      client.query('BEGIN'),
      lockConsumerCursor(client, consumer.name, worldId),
    ])
    const next = cursor === undefined ? [] : await source(client, cursor.seq, limit)
    if (cursor === undefined || next.length === 0) {
      await client.query('ROLLBACK')
      return { status: 'done' }
    }
    events = next
    await consumer.apply(client, { worldId, tenantId: cursor.tenantId }, next)
    const [, { command }] = await Promise.all([
      storeConsumerCursor(client, consumer.name, worldId, next.at(-1)!.seq),
      client.query('COMMIT'),
    ])
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`)
    return { status: 'applied' }
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    if (events === undefined || isPassing(error)) throw error
    return { status: 'failed', events, error }
  } finally {
    client.release(broken)
  }
}

/** Counts the failure; the last one files the event as dead and moves past it, any other throws ConsumerFailed. */
const recordFailure = async (
  { pool, consumer, maxAttempts = 5 }: ConsumerContext,
  worldId: string,
  { seq }: WorldEvent,
  cause: unknown,
): Promise<void> => {
  const isPassed = await inTransaction(pool, async (client) => {
    const cursor = await lockConsumerCursor(client, consumer.name, worldId)
    // another process has taken this event meanwhile
    if (cursor === undefined || cursor.seq !== seq - 1) return true
    const attempts = cursor.attempts + 1
    const error = errorText(cause)
    if (attempts < maxAttempts) {
      const failure = { attempts, lastError: error }
      await storeConsumerCursor(client, consumer.name, worldId, cursor.seq, failure)
      return false
    }
    const destination = consumerDestination(consumer.name)
    await fileDeadLetter(client, { worldId, destination, seq, tenantId: cursor.tenantId, error, attempts })
    await storeConsumerCursor(client, consumer.name, worldId, seq)
    return true
  })
  if (!isPassed) throw new ConsumerFailed(consumer.name, worldId, seq, cause)
}

export const consumerDestination = (consumer: string): string => `consumer:${consumer}`

/**
 * Faults that say nothing about the event: the server is away, out of resources, or broke off a transaction
 * that stood in another one's way. https://www.postgresql.org/docs/17/errcodes-appendix.html
 */
const isPassing = (error: unknown): boolean => {
  if (isDatabaseUnavailable(error)) return true
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' && /^(40|53|57|58)...$|^55P03$|^25P04$/.test(code)
}
