import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { ClosedWindow } from '../plugins.ts'
import type { LayerName } from '../settings.ts'
import type { WorldKey } from './append-segment.ts'

type LayerKey = WorldKey & { layer: LayerName }

/** How far the plugins of a world have come. */
export interface PluginCursor {
  /** What follows from the windows up to this manifest has been written. */
  manifest: number
  /** Object with what follows from the next window; null: that is not settled. */
  plan: string | null
}

const cursorText = `
  SELECT plugin_manifest AS manifest, plugin_plan AS plan FROM ledger_layers WHERE world_id = $1 AND layer = $2`

export const readPluginCursor = async (
  pool: pg.Pool,
  { worldId, layer }: LayerKey,
): Promise<PluginCursor | undefined> =>
  (await pool.query<PluginCursor>(prepared(cursorText, [worldId, layer]))).rows[0]

const windowsText = `
  SELECT manifest, epoch_start AS "epochStart", epoch_end AS "epochEnd" FROM manifests
  WHERE world_id = $1 AND layer = $2 AND manifest > $3 ORDER BY manifest LIMIT $4`

/** The windows after a manifest, in their order. */
export const readClosedWindows = async (
  pool: pg.Pool,
  { worldId, tenantId, layer }: LayerKey,
  afterManifest: number,
  limit: number,
): Promise<ClosedWindow[]> => {
  const values = [worldId, layer, afterManifest, limit]
  const { rows } = await pool.query<Pick<ClosedWindow, 'manifest' | 'epochStart' | 'epochEnd'>>(
    prepared(windowsText, values),
  )
  return rows.map((row) => ({ worldId, tenantId, layer, ...row }))
}

const settleText = `
  UPDATE ledger_layers SET plugin_manifest = $3::bigint - 1, plugin_plan = $4
  WHERE world_id = $1 AND layer = $2 AND plugin_manifest < $3::bigint AND plugin_plan IS NULL`

/** Makes an object what follows from a window; nothing does from those before. false: somebody else was first. */
export const settlePlan = async (
  pool: pg.Pool,
  { worldId, layer, manifest }: ClosedWindow,
  key: string,
): Promise<boolean> =>
  (await pool.query(prepared(settleText, [worldId, layer, manifest, key]))).rowCount === 1

const finishText = `
  UPDATE ledger_layers SET plugin_manifest = plugin_manifest + 1, plugin_plan = NULL
  WHERE world_id = $1 AND layer = $2 AND plugin_plan = $3`

/** What was settled has been written; nothing where somebody else has said so. */
export const finishPlan = async (pool: pg.Pool, { worldId, layer }: LayerKey, key: string): Promise<void> => {
  await pool.query(prepared(finishText, [worldId, layer, key]))
}

const passText = `
  UPDATE ledger_layers SET plugin_manifest = $3
  WHERE world_id = $1 AND layer = $2 AND plugin_manifest < $3::bigint AND plugin_plan IS NULL`

/** Nothing follows from the windows up to a manifest. */
export const passWindows = async (
  pool: pg.Pool,
  { worldId, layer }: LayerKey,
  manifest: number,
): Promise<void> => {
  await pool.query(prepared(passText, [worldId, layer, manifest]))
}
