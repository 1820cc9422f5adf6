import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import { worldSettings } from '#world/settings'
import type { ChronicleSettings } from '../../settings.ts'

/** How far the projection of a world is. */
export interface Progress {
  worldId: string
  tenantId: string
  /** The world's name. */
  world: string
  settings: ChronicleSettings
  recordedSeq: number
  projectedSeq: number
  generation: number
  /** null: nothing has been derived. */
  inputs: string | null
  operationsTaken: number
  /** How often somebody asked for it otherwise than by an event, and what of it has been answered. */
  asked: number
  answered: number
  shadow: Shadow | null
  failures: number
  retryAt: Date | null
  lastError: string | null
  verifiedAt: Date | null
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
  recorded_seq: number
  projected_seq: number
  generation: number
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
  differences: number | null
}

const selectProgress = `
  SELECT w.world_id, w.tenant_id, w.name, w.settings, p.recorded_seq, p.projected_seq, p.generation, p.inputs,
    p.operations_taken, p.asked, p.answered, p.shadow_generation, p.shadow_purpose, p.shadow_inputs, p.shadow_seq,
    p.shadow_operations_taken, p.failures, p.retry_at, p.last_error, p.verified_at, p.differences
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
  recordedSeq: row.recorded_seq,
  projectedSeq: row.projected_seq,
  generation: row.generation,
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
  differences: row.differences,
})

const updateProjected = `
  UPDATE chronicle_progress SET projected_seq = $2, inputs = $3, operations_taken = $4, answered = $5 WHERE world_id = $1`

export const storeProjected = async (
  client: pg.ClientBase,
  worldId: string,
  done: { seq: number; inputs: string; operationsTaken: number; answered: number },
): Promise<void> => {
  const { seq, inputs, operationsTaken, answered } = done
  await client.query(prepared(updateProjected, [worldId, seq, inputs, operationsTaken, answered]))
}
