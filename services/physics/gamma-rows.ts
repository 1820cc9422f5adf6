import type pg from 'pg'
import { quantaPerUnit } from '#ledger/quanta'
import { parseRegion } from '#octree/region'
import type { WorldSettings } from '#world/settings'
import { createGamma, type Gamma, gammaLayerOf } from './gamma.ts'
import { addCell, maxGammaCells } from './gamma-cells.ts'

const cellsText = `
  SELECT region, epoch_end, latest_weight_sum::float8 AS weight FROM gamma_cells
  WHERE world_id = $1 AND layer = $2 AND epoch_end > 0 AND region >= $3 AND region < $4
  ORDER BY epoch_end DESC, place LIMIT ${maxGammaCells}`

/** The gamma that bodies act on, as the ledger has it: what the events up to the log's head say. undefined: they act on none. */
export const readGamma = async (
  client: pg.ClientBase,
  worldId: string,
  settings: WorldSettings,
): Promise<Gamma | undefined> => {
  const layer = gammaLayerOf(settings)
  if (layer === undefined) return undefined
  const gamma = createGamma(layer)
  // the cells of this size: `;` follows `:`
  const names = [`${layer.cell}:`, `${layer.cell};`]
  const { rows } = await client.query<{ region: string; epoch_end: number; weight: number }>(cellsText, [
    ...[worldId, layer.layer, ...names],
  ])
  for (const { region, epoch_end, weight } of rows) {
    const { x, y, z } = parseRegion(region)
    addCell(gamma, x, y, z, weight / quantaPerUnit, epoch_end)
  }
  return gamma
}
