import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { Shadow, ShadowPurpose } from './progress.ts'

const derivedTables = [
  'chronicle_actors',
  'chronicle_names',
  'chronicle_effects',
  'chronicle_unknown_actions',
  'chronicle_derived',
]

/** Removes what was derived in generations other than these. */
export const removeGenerations = async (
  client: pg.ClientBase,
  worldId: string,
  kept: readonly number[],
): Promise<void> => {
  for (const table of derivedTables)
    await client.query(
      prepared(`DELETE FROM ${table} WHERE world_id = $1 AND generation <> ALL ($2::integer[])`, [
        worldId,
        kept,
      ]),
    )
}

const beginShadow = `
  UPDATE chronicle_progress SET last_generation = last_generation + 1, shadow_generation = last_generation + 1,
    shadow_purpose = $2, shadow_inputs = $3, shadow_seq = 0, shadow_operations_taken = $4
  WHERE world_id = $1 RETURNING shadow_generation`

/** Begins a new generation beside the one that holds, in place of another that was being built. */
export const openShadow = async (
  client: pg.ClientBase,
  worldId: string,
  purpose: ShadowPurpose,
  inputs: string,
  operationsTaken: number,
): Promise<Shadow> => {
  const { rows } = await client.query<{ shadow_generation: number }>(
    prepared(beginShadow, [worldId, purpose, inputs, operationsTaken]),
  )
  return { generation: rows[0]!.shadow_generation, purpose, inputs, seq: 0, operationsTaken }
}

const updateShadow = `
  UPDATE chronicle_progress SET shadow_seq = $2, shadow_operations_taken = $3 WHERE world_id = $1`

export const storeShadow = async (
  client: pg.ClientBase,
  worldId: string,
  seq: number,
  operationsTaken: number,
): Promise<void> => {
  await client.query(prepared(updateShadow, [worldId, seq, operationsTaken]))
}

const switchShadow = `
  UPDATE chronicle_progress SET generation = shadow_generation, inputs = shadow_inputs, projected_seq = shadow_seq,
    operations_taken = shadow_operations_taken, answered = $2, shadow_generation = NULL, shadow_purpose = NULL,
    shadow_inputs = NULL, shadow_seq = 0
  WHERE world_id = $1`

/** From now on what was built beside is what holds. */
export const adoptShadow = async (
  client: pg.ClientBase,
  worldId: string,
  answered: number,
): Promise<void> => {
  await client.query(prepared(switchShadow, [worldId, answered]))
}

const closeShadow = `
  UPDATE chronicle_progress SET shadow_generation = NULL, shadow_purpose = NULL, shadow_inputs = NULL, shadow_seq = 0,
    verified_at = $2, differences = $3, verified_seq = (SELECT seq FROM worlds WHERE world_id = $1)
  WHERE world_id = $1`

/** What was built beside was for a comparison, which is over. */
export const dropShadow = async (
  client: pg.ClientBase,
  worldId: string,
  verifiedAt: Date,
  differences: number,
): Promise<void> => {
  await client.query(prepared(closeShadow, [worldId, verifiedAt, differences]))
}
