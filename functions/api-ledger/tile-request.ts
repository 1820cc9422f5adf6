import type pg from 'pg'
import { exponentOf } from '#ledger/cells'
import { cellExponent, layerCells } from '#ledger/gamma'
import { isInside } from '#ledger/place'
import { readCuts } from '#ledger/postgres/read-inputs'
import { type CellSize, type LayerName, layerNames } from '#ledger/settings'
import { invalid } from '#platform/http/problem'
import type { World } from '#world/read/worlds'
import { regionSchema } from '#world/spatial-query'
import { decodeCursor } from '../api-context.ts'
import { cursor } from '../api-world/schemas.ts'
import { cellField, cellLimit, regionField, worldField } from './schemas.ts'

/** Fields of a query for cells. */
export const tileFields = {
  world: worldField,
  region: regionField.meta({ description: 'Cells in this region; default: all' }),
  cell: cellField
    .optional()
    .meta({ description: 'Cells of side 2^cell units, or `*`; default: those of the layer, and none finer' }),
  limit: cellLimit,
  cursor,
}

interface TileFields {
  region: string
  cell?: CellSize | undefined
  limit: number
  cursor?: string | undefined
}

/** Cells that a request asks for. */
export interface TileRequest {
  worldId: string
  tenantId: string
  layer: LayerName
  region: string
  cell: CellSize
  /** The layer's commits have smaller cells, which are to be added up. */
  isCoarse: boolean
  /** Its cells have always had one size, and all its commits are of this world. */
  isUniform: boolean
  limit: number
  /** Cells after this one. */
  after: string | undefined
}

/**
 * What a query asks for in a world. @param asOf cells have the size that they had at this tick; default: now.
 *
 * @throws HttpProblem 400 that names the field which does not go with the layer.
 */
export const tileRequest = async (
  client: pg.ClientBase,
  tenantId: string,
  { worldId, parent, settings: { ledger } }: World,
  layer: LayerName,
  { region, cell: wanted, limit, cursor }: TileFields,
  asOf?: number,
): Promise<TileRequest> => {
  const cuts = await readCuts(client, worldId)
  const all = [...cuts.map(({ settings }) => settings), ledger]
  const then = cuts.filter(({ fromTick }) => asOf !== undefined && fromTick <= asOf)
  const known =
    layerCells(
      layer,
      then.map(({ settings }) => settings),
    ) ?? layerCells(layer, all)
  if (known === undefined) {
    const names = layerNames.filter((name) => layerCells(name, all) !== undefined)
    throw invalid([{ field: 'query.layer', message: `must be a layer of the world: ${names.join(', ')}` }])
  }
  const cell = wanted ?? known.cell
  if (cellExponent(cell) < cellExponent(known.cell))
    throw invalid([
      { field: 'query.cell', message: `must not be finer than the layer’s cells, ${known.cell}` },
    ])
  if (exponentOf(region) < cellExponent(cell))
    throw invalid([{ field: 'query.region', message: `must not be finer than its cells, ${cell}` }])
  const after = decodeCursor(cursor, regionAfter(region, cell))
  const isCoarse = cellExponent(cell) > cellExponent(known.finest)
  const isUniform = parent === null && layerCells(layer, all)!.isUniform
  return { worldId, tenantId, layer, region, cell, isCoarse, isUniform, limit, after }
}

/** A cursor is the last cell of the page before. */
const regionAfter =
  (region: string, cell: CellSize) =>
  (value: unknown): string | undefined => {
    const name = regionSchema.safeParse(value).data
    const isCell = name !== undefined && exponentOf(name) >= cellExponent(cell) && isInside(name, region)
    return isCell ? name : undefined
  }

/** Names the page in a cache and, with the state of what is in it, its entity tag. */
export const pageName = (request: TileRequest): string => {
  const { worldId, layer, region, cell, limit, after } = request
  return JSON.stringify([worldId, layer, region, cell, limit, after])
}
