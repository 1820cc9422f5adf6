import type { ClickHouseClient } from '@clickhouse/client'
import { exponentOf } from '../cells.ts'
import type { Commit } from '../commit.ts'
import type { LayerKey } from '../ledger-store.ts'
import { placeOf } from '../place.ts'

/** A condition on the rows of one layer, whose parameters are `layerParameters`. */
export const ofLayer = 'tenant_id = {tenant:String} AND world_id = {world:String} AND layer = {layer:String}'

export const layerParameters = ({ tenantId, worldId, layer }: LayerKey) => ({
  tenant: tenantId,
  world: worldId,
  layer,
})

export const layerColumns = ({ tenantId, worldId, layer }: LayerKey) => ({
  tenant_id: tenantId,
  world_id: worldId,
  layer,
})

export const select = async <Row>(
  client: ClickHouseClient,
  query: string,
  parameters: Record<string, unknown>,
): Promise<Row[]> => {
  const result = await client.query({ query, query_params: parameters, format: 'JSONEachRow' })
  return result.json<Row>()
}

export const insert = async (client: ClickHouseClient, table: string, rows: object[]): Promise<void> => {
  await client.insert({ table, values: rows, format: 'JSONEachRow' })
}

const limit = 2n ** 255n

/** @throws RangeError for a sum that ClickHouse would cut off. */
const sumOf = (value: bigint): string => {
  if (value >= limit) throw new RangeError(`a sum must be below 2^255, not ${value}`)
  return String(value)
}

export const commitRow = (commit: Commit): object => {
  const { entries, ...head } = commit
  return {
    ...layerColumns(commit),
    ...{ shard: commit.shard, number: commit.number, commit_id: commit.commitId, hash: commit.hash },
    ...{ epoch_start: commit.epochStart, epoch_end: commit.epochEnd, window_end: commit.windowEnd },
    head: JSON.stringify(head),
    places: entries.map(({ region }) => placeOf(region).toString('hex')),
    exponents: entries.map(({ region }) => exponentOf(region)),
    regions: entries.map(({ region }) => region),
    corrections: entries.map(({ correction }) => correction),
    counts: entries.map(({ count }) => sumOf(count)),
    weights: entries.map(({ weightSum }) => sumOf(weightSum)),
    activities: entries.map(({ activitySum }) => sumOf(activitySum)),
    squares: entries.map(({ activitySquares }) => sumOf(activitySquares)),
  }
}
