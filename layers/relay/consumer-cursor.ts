import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

export interface ConsumerCursor {
  tenantId: string
  /** The last seq whose effect is committed. */
  seq: number
  /** Failures in a row of the event after `seq`. */
  attempts: number
}

const readText = `
  SELECT tenant_id, seq, attempts FROM consumer_cursors WHERE consumer = $1 AND world_id = $2`
const lockText = `${readText} FOR UPDATE`

const makeText = `
  INSERT INTO consumer_cursors (consumer, world_id, tenant_id, seq)
  SELECT $1, world_id, tenant_id, fork_seq FROM worlds WHERE world_id = $2 ON CONFLICT DO NOTHING`

/** Locks the cursor until the transaction ends; makes it at the beginning of the log. Undefined: no such world. */
export const lockConsumerCursor = async (
  client: pg.ClientBase,
  consumer: string,
  worldId: string,
): Promise<ConsumerCursor | undefined> => {
  const locked = await select(client, lockText, consumer, worldId)
  if (locked !== undefined) return locked
  await client.query(makeText, [consumer, worldId])
  return select(client, lockText, consumer, worldId)
}

/**
 * For a consumer that applies events by another connection, and so idempotently: the cursor, made at the beginning of the
 * log where there is none. No lock outlives the call. A lock on the new row, and through its foreign key on the world,
 * would keep that other connection waiting.
 */
export const openConsumerCursor = async (
  pool: pg.Pool,
  consumer: string,
  worldId: string,
): Promise<ConsumerCursor | undefined> => {
  const found = await select(pool, readText, consumer, worldId)
  if (found !== undefined) return found
  await pool.query(makeText, [consumer, worldId])
  return select(pool, readText, consumer, worldId)
}

const select = async (
  client: pg.ClientBase | pg.Pool,
  text: string,
  consumer: string,
  worldId: string,
): Promise<ConsumerCursor | undefined> => {
  const { rows } = await client.query<{ tenant_id: string; seq: number; attempts: number }>(
    prepared(text, [consumer, worldId]),
  )
  return rows.map(({ tenant_id, seq, attempts }) => ({ tenantId: tenant_id, seq, attempts }))[0]
}

const storeText = `
  UPDATE consumer_cursors SET seq = $3, attempts = $4, last_error = $5 WHERE consumer = $1 AND world_id = $2`

/** Needs the lock. */
export const storeConsumerCursor = async (
  client: pg.ClientBase,
  consumer: string,
  worldId: string,
  seq: number,
  failure: { attempts: number; lastError: string | null } = { attempts: 0, lastError: null },
): Promise<void> => {
  await client.query(prepared(storeText, [consumer, worldId, seq, failure.attempts, failure.lastError]))
}

const advanceText = `
  UPDATE consumer_cursors SET seq = $3, attempts = 0, last_error = NULL
  WHERE consumer = $1 AND world_id = $2 AND seq < $3`

/** Without the lock: never back. */
export const advanceConsumerCursor = async (
  pool: pg.Pool,
  consumer: string,
  worldId: string,
  seq: number,
): Promise<void> => {
  await pool.query(prepared(advanceText, [consumer, worldId, seq]))
}

const failText = `
  UPDATE consumer_cursors SET attempts = attempts + 1, last_error = $3 WHERE consumer = $1 AND world_id = $2
  RETURNING attempts`

/** Without the lock. Answers the failures in a row. */
export const countConsumerFailure = async (
  pool: pg.Pool,
  consumer: string,
  worldId: string,
  message: string,
): Promise<number> => {
  const { rows } = await pool.query<{ attempts: number }>(
    prepared(failText, [consumer, worldId, message.slice(0, 1_000)]),
  )
  return rows[0]?.attempts ?? 1
}
