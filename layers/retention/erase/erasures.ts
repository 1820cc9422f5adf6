import type pg from 'pg'
import type { JsonObject } from '#world/event'

/** What is to be erased: an entity of a world and of all worlds that were forked of it, or all that a tenant has. */
export interface NewErasure {
  /** A new UUIDv7. */
  erasureId: string
  tenantId: string
  /** null: all of the tenant. */
  world: { worldId: string; name: string } | null
  entityId: string | null
  reason: string
  requestId: string
  /** The user, hashed. */
  requestedBy: string
}

export const erasureStatuses = ['waiting', 'running', 'done', 'failed'] as const

/** What was done of an erasure, in order; when it is done, its certificate. */
export interface Erasure {
  erasureId: string
  world: string | null
  /** Known until it is erased. */
  entityId: string | null
  /** Hex of SHA-256 of the id of the entity, or of the tenant. */
  subject: string
  reason: string
  status: (typeof erasureStatuses)[number]
  requestedBy: string
  createdAt: Date
  finishedAt: Date | null
  steps: Step[]
  /** What it waits for, or why it failed. */
  failure: JsonObject | null
}

/** What one step erased. */
export type Step = JsonObject & { step: string; at: string }

const columns = `erasure_id AS "erasureId", world, entity_id AS "entityId", encode(subject, 'hex') AS subject, reason, status,
  requested_by AS "requestedBy", created_at AS "createdAt", finished_at AS "finishedAt", steps, failure`

const insertText = `
  INSERT INTO erasures (erasure_id, tenant_id, world_id, world, entity_id, subject, reason, request_id, requested_by)
  VALUES ($1, $2, $3, $4, $5, sha256(convert_to(coalesce($5, $2), 'UTF8')), $6, $7, $8)
  ON CONFLICT (tenant_id, request_id) DO NOTHING RETURNING ${columns}`
const ofRequestText = `SELECT ${columns} FROM erasures WHERE tenant_id = $1 AND request_id = $2`

/** Asks for an erasure, in the caller's transaction. A request that asked for one before gets that one. */
export const insertErasure = async (
  client: pg.ClientBase,
  { erasureId, tenantId, world, entityId, reason, requestId, requestedBy }: NewErasure,
): Promise<{ erasure: Erasure; isNew: boolean }> => {
  const values = [erasureId, tenantId, world?.worldId ?? null, world?.name ?? null, entityId, reason]
  const made = (await client.query<Erasure>(insertText, [...values, requestId, requestedBy])).rows[0]
  if (made !== undefined) return { erasure: made, isNew: true }
  const { rows } = await client.query<Erasure>(ofRequestText, [tenantId, requestId])
  return { erasure: rows[0]!, isNew: false }
}

const readText = `SELECT ${columns} FROM erasures WHERE tenant_id = $1 AND erasure_id = $2`

export const readErasure = async (
  client: pg.ClientBase,
  tenantId: string,
  erasureId: string,
): Promise<Erasure | undefined> => (await client.query<Erasure>(readText, [tenantId, erasureId])).rows[0]

const heldText = `
  SELECT name FROM worlds WHERE tenant_id = $1 AND ($2::uuid IS NULL OR world_id = $2 OR world_lineage(world_id) @> ARRAY[$2])
    AND settings #>> '{retention,legalHold}' IS NOT NULL ORDER BY name LIMIT 1`

/** The name of a world that a hold keeps, of the world and those that were forked of it, or (null) of all the tenant has. */
export const findHeldWorld = async (
  client: pg.ClientBase | pg.Pool,
  tenantId: string,
  worldId: string | null,
): Promise<string | undefined> =>
  (await client.query<{ name: string }>(heldText, [tenantId, worldId])).rows[0]?.name

/** An erasure that somebody has begun. */
export interface TakenErasure {
  erasureId: string
  tenantId: string
  worldId: string | null
  entityId: string | null
  steps: Step[]
  attempts: number
}

const takeText = `
  UPDATE erasures SET status = 'running', attempts = attempts + 1, held_until = now() + interval '10 minutes'
  WHERE erasure_id = (
    SELECT erasure_id FROM erasures WHERE status IN ('waiting', 'running') AND held_until < now()
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING erasure_id AS "erasureId", tenant_id AS "tenantId", world_id AS "worldId", entity_id AS "entityId", steps, attempts`

/** The oldest erasure that nobody works on, or whose last step is ten minutes ago. */
export const takeErasure = async (pool: pg.Pool): Promise<TakenErasure | undefined> =>
  (await pool.query<TakenErasure>(takeText)).rows[0]

const stepText = `
  UPDATE erasures SET steps = $3, held_until = now() + interval '10 minutes'
  WHERE erasure_id = $1 AND attempts = $2 AND status = 'running'`

/** Notes the steps that are done. @throws Error where somebody else has begun it anew. */
export const storeSteps = async (
  pool: pg.Pool,
  { erasureId, attempts }: TakenErasure,
  steps: readonly Step[],
): Promise<void> => {
  const { rowCount } = await pool.query(stepText, [erasureId, attempts, JSON.stringify(steps)])
  if (rowCount !== 1) throw new Error(`erasure ${erasureId} is somebody else's now`)
}

const laterText = `
  UPDATE erasures SET status = 'waiting', held_until = now() + $3 * interval '1 second', failure = $4
  WHERE erasure_id = $1 AND attempts = $2 AND status = 'running'`

/** Leaves it, half done, for some time, and says why. */
export const waitWithErasure = async (
  pool: pg.Pool,
  { erasureId, attempts }: TakenErasure,
  seconds: number,
  why: JsonObject,
): Promise<void> => {
  await pool.query(laterText, [erasureId, attempts, seconds, JSON.stringify(why)])
}

const finishText = `
  UPDATE erasures SET status = $3, failure = $4, entity_id = CASE WHEN $3 = 'done' THEN NULL ELSE entity_id END,
    finished_at = date_trunc('milliseconds', clock_timestamp())
  WHERE erasure_id = $1 AND attempts = $2 AND status = 'running'`

/** The certificate keeps no id of what was erased, but its hash. */
export const finishErasure = async (
  pool: pg.Pool,
  { erasureId, attempts }: TakenErasure,
  failure: JsonObject | null,
): Promise<void> => {
  const status = failure === null ? 'done' : 'failed'
  await pool.query(finishText, [
    erasureId,
    attempts,
    status,
    failure === null ? null : JSON.stringify(failure),
  ])
}
