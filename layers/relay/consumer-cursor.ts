import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

export interface ConsumerCursor {
  tenantId: string
  /** The last seq whose effect is committed. */
  seq: number
  /** Failures in a row of the event after `seq`. */
  attempts: number
}

const lockText = `
  SELECT tenant_id, seq, attempts FROM consumer_cursors WHERE consumer = $1 AND world_id = $2 FOR UPDATE`

const makeText = `
  INSERT INTO consumer_cursors (consumer, world_id, tenant_id, seq)
  SELECT $1, world_id, tenant_id, fork_seq FROM worlds WHERE world_id = $2 ON CONFLICT DO NOTHING`

/** Locks the cursor until the transaction ends; makes it at the beginning of the log. Undefined: no such world. */
export const lockConsumerCursor = async (
  client: pg.ClientBase,
  consumer: string,
  worldId: string,
): Promise<ConsumerCursor | undefined> => {
  const locked = await lock(client, consumer, worldId)
  if (locked !== undefined) return locked
  await client.query(makeText, [consumer, worldId])
  return lock(client, consumer, worldId)
}

const lock = async (
  client: pg.ClientBase,
  consumer: string,
  worldId: string,
): Promise<ConsumerCursor | undefined> => {
  const { rows } = await client.query<{ tenant_id: string; seq: number; attempts: number }>(
    prepared(lockText, [consumer, worldId]),
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
