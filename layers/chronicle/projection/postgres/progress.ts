import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import { worldSettings } from '#world/settings'
import type { ChronicleSettings } from '../../settings.ts'

/** How far the projection of a world is. */
export interface Progress extends StepProgress {
  worldId: string
  tenantId: string
  /** The world's name. */
  world: string
  settings: ChronicleSettings
  /** Of the log, when this was read. */
  worldSeq: number
  recordedSeq: number
  /** How often somebody asked for it otherwise than by an event. */
  asked: number
  failures: number
  retryAt: Date | null
  lastError: string | null
}

/** The part of it that steps change, and nobody else. */
export interface StepProgress {
  projectedSeq: number
  generation: number
  /** Generations are numbered on from it. */
  lastGeneration: number
  /** null: nothing has been derived. */
  inputs: string | null
  operationsTaken: number
  /** What of `asked` has been answered. */
  answered: number
  shadow: Shadow | null
  verifiedAt: Date | null
  /** Of the log: up to there nothing needs to be compared again. */
  verifiedSeq: number | null
  /** At the last verification. */
  differences: number | null
}

/** A generation that is being built beside the one that holds. */
export interface Shadow {
  generation: number
  purpose: ShadowPurpose
  inputs: string
  seq: number
  operationsTaken: number
}

export type ShadowPurpose = 'rebuild' | 'verify'

interface Row {
  world_id: string
  tenant_id: string
  name: string
  settings: JsonObject
  seq: number
  recorded_seq: number
  projected_seq: number
  generation: number
  last_generation: number
  inputs: string | null
  operations_taken: number
  asked: number
  answered: number
  shadow_generation: number | null
  shadow_purpose: ShadowPurpose | null
  shadow_inputs: string | null
  shadow_seq: number
  shadow_operations_taken: number
  failures: number
  retry_at: Date | null
  last_error: string | null
  verified_at: Date | null
  verified_seq: number | null
  differences: number | null
}

const selectProgress = `
  SELECT w.world_id, w.tenant_id, w.name, w.settings, w.seq, p.recorded_seq, p.projected_seq, p.generation,
    p.last_generation, p.inputs, p.operations_taken, p.asked, p.answered, p.shadow_generation, p.shadow_purpose,
    p.shadow_inputs, p.shadow_seq, p.shadow_operations_taken, p.failures, p.retry_at, p.last_error, p.verified_at,
    p.verified_seq, p.differences
  FROM chronicle_progress p JOIN worlds w USING (world_id) WHERE p.world_id = $1`

/** undefined: the world has no chronicles. */
export const loadProgress = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
): Promise<Progress | undefined> => {
  const row = (await client.query<Row>(prepared(selectProgress, [worldId]))).rows[0]
  return row && progressFrom(row)
}

const progressFrom = (row: Row): Progress => ({
  worldId: row.world_id,
  tenantId: row.tenant_id,
  world: row.name,
  settings: worldSettings.parse(row.settings).chronicle,
  worldSeq: row.seq,
  recordedSeq: row.recorded_seq,
  projectedSeq: row.projected_seq,
  generation: row.generation,
  lastGeneration: row.last_generation,
  inputs: row.inputs,
  operationsTaken: row.operations_taken,
  asked: row.asked,
  answered: row.answered,
  shadow:
    row.shadow_generation === null
      ? null
      : {
          generation: row.shadow_generation,
          purpose: row.shadow_purpose!,
          inputs: row.shadow_inputs!,
          seq: row.shadow_seq,
          operationsTaken: row.shadow_operations_taken,
        },
  failures: row.failures,
  retryAt: row.retry_at,
  lastError: row.last_error,
  verifiedAt: row.verified_at,
  verifiedSeq: row.verified_seq,
  differences: row.differences,
})

const updateProgress = `
  UPDATE chronicle_progress SET projected_seq = $2, generation = $3, last_generation = $4, inputs = $5,
    operations_taken = $6, answered = $7, shadow_generation = $8, shadow_purpose = $9, shadow_inputs = $10,
    shadow_seq = $11, shadow_operations_taken = $12, verified_at = $13, verified_seq = $14, differences = $15
  WHERE world_id = $1`

/**
 * Of whoever has the world's projection locked. The last statement of its transaction: whoever records chronicle events
 * waits for this row, and must not wait for a batch.
 */
export const storeProgress = async (
  client: pg.ClientBase,
  worldId: string,
  progress: StepProgress,
): Promise<void> => {
  const { projectedSeq, generation, lastGeneration, inputs, operationsTaken, answered, shadow } = progress
  const { verifiedAt, verifiedSeq, differences } = progress
  await client.query(
    prepared(updateProgress, [
      ...[worldId, projectedSeq, generation, lastGeneration, inputs, operationsTaken, answered],
      ...[shadow?.generation ?? null, shadow?.purpose ?? null, shadow?.inputs ?? null, shadow?.seq ?? 0],
      ...[shadow?.operationsTaken ?? 0, verifiedAt, verifiedSeq, differences],
    ]),
  )
}
