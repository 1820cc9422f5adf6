import { defaultTileCells } from '../cells.ts'
import type { ChainRange, LayerKey, RegionQuery, TileQuery } from '../ledger-store.ts'

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const check = (holds: boolean, what: string): void => {
  if (!holds) throw new RangeError(what)
}

/** @throws RangeError that names the field. */
export const checkLayer = ({ tenantId, worldId }: LayerKey): void => {
  check(tenantId.length >= 1 && tenantId.length <= 256, 'tenantId must have 1 to 256 characters')
  check(uuidPattern.test(worldId), 'worldId must be a UUID in lower case')
}

/** With the defaults filled in. @throws RangeError that names the field. */
export const checkRegionQuery = (query: RegionQuery): RegionQuery & { limit: number; fromEpoch: number } => {
  const { limit = 100, fromEpoch = 0 } = query
  checkLayer(query)
  check(Number.isInteger(limit) && limit >= 1 && limit <= 1_000, 'limit must be an integer from 1 to 1,000')
  return { ...query, limit, fromEpoch }
}

const maxTileCells = 100_000

/** With the defaults filled in. @throws RangeError that names the field. */
export const checkTileQuery = (query: TileQuery): TileQuery & { limit: number } => {
  const { limit = defaultTileCells } = query
  checkLayer(query)
  const isLimit = Number.isInteger(limit) && limit >= 1 && limit <= maxTileCells
  check(isLimit, `limit must be an integer from 1 to ${maxTileCells}`)
  return { ...query, limit }
}

/** @throws RangeError that names the field. */
export const checkChainRange = (range: ChainRange): void => {
  checkLayer(range)
  const { fromNumber, toNumber } = range
  check(Number.isSafeInteger(fromNumber) && fromNumber >= 1, 'fromNumber must be an integer of at least 1')
  check(Number.isSafeInteger(toNumber) && toNumber >= fromNumber, 'toNumber must be at least fromNumber')
}
