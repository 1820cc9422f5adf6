import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import { hashManifest } from './manifest.ts'
import { compareRegions } from './place.ts'
import { readCuts, readStream } from './postgres/read-inputs.ts'
import {
  insertManifestInputs,
  insertManifests,
  type LayerRow,
  layersAbove,
  lockLayer,
  type ManifestInput,
  type ManifestRow,
  openLayers,
  readLayer,
  readSourceShards,
  readWaitingShards,
  readWindowHeads,
  saveLayer,
  type WaitingShard,
  type WindowHead,
} from './postgres/windows.ts'
import type { LayerName } from './settings.ts'
import type { ShardWork } from './shard-bell.ts'
import { shardAbove } from './shards.ts'
import { type Cut, layerAt, windowAt } from './windows.ts'

export interface LayerKey {
  worldId: string
  tenantId: string
  layer: LayerName
}

/** What is to be done now. */
export interface Closed {
  /** Shards that are to be rung for. */
  works: ShardWork[]
  /** Shards with something to do whose own bells have been rung: only where those were lost there is a reason to ring again. */
  rung: ShardWork[]
  /** Up to which tick of their source: the bell's reason. */
  reason: string
  /** The layer takes ticks, and has windows that the plugins have not acted on. */
  hasWindows: boolean
}

/**
 * Ends the windows of a layer that lack no commit any more: a manifest for each that has commits, and inputs of the layers
 * that take them. Whoever comes first does it, and it may be asked at any time. Answers who has something to do then:
 * shards above, and shards of this layer that keep a window open which the watermark has passed. Those among them that are
 * in the newest input have a bell for it; the others were rung for when the watermark was not there yet.
 */
export const closeWindows = (pool: pg.Pool, key: LayerKey): Promise<Closed> =>
  inTransaction(pool, async (client) => {
    const { worldId, layer } = key
    // in this order: the cuts are then at least those that the watermark has passed
    const stream = await readStream(client, worldId)
    const cuts = await readCuts(client, worldId)
    const newest = cuts.at(-1)
    if (stream === undefined || newest === undefined)
      return { works: [], rung: [], reason: '', hasWindows: false }
    await openLayers(client, key, newest.settings.layers, stream.layer)
    const own = await feed(client, key, cuts)
    const row = (await lockLayer(client, worldId, layer))!
    const watermark = row.source === null ? stream.watermark : row.fedTo
    const waiting = await readWaitingShards(client, worldId, layer)
    const doneTo = waiting.reduce((done, { tick }) => Math.min(done, tick - 1), watermark)
    const closedTo = lastWindowEnd(cuts, layer, row.closedTo, doneTo)
    const manifest = closedTo > row.closedTo ? await close(client, key, row, cuts, closedTo) : row.manifest
    const fed: ShardWork[] = []
    for (const above of await layersAbove(client, worldId, layer))
      fed.push(...(await feed(client, { ...key, layer: above }, cuts)))
    const hasBell = ({ lastInput, lastTick }: WaitingShard): boolean =>
      row.source === null ? lastInput >= stream.segment : lastTick >= row.fedTo
    const late = waiting.filter(({ tick }) => windowAt(cuts, layer, tick).end <= watermark)
    const worksOf = (shards: WaitingShard[]): ShardWork[] => shards.map(({ shard }) => ({ ...key, shard }))
    return {
      works: [...own, ...worksOf(late.filter((one) => !hasBell(one))), ...fed],
      rung: worksOf(late.filter(hasBell)),
      reason: `${watermark}/${closedTo}`,
      hasWindows: row.source === null && manifest > row.pluginManifest,
    }
  })

/** The end of the last window that ends up to a tick; `closedTo` where that is none. */
const lastWindowEnd = (cuts: readonly Cut[], layer: LayerName, closedTo: number, doneTo: number): number => {
  if (doneTo <= closedTo) return closedTo
  const { start, end } = windowAt(cuts, layer, doneTo)
  return Math.max(closedTo, end === doneTo ? end : start - 1)
}

/** Writes the manifests of the windows up to `closedTo`, and that these are closed; answers the last manifest. */
const close = async (
  client: pg.ClientBase,
  key: LayerKey,
  row: LayerRow,
  cuts: readonly Cut[],
  closedTo: number,
): Promise<number> => {
  const { worldId, layer } = key
  const heads = await readWindowHeads(client, worldId, layer, row.closedTo, closedTo)
  const manifests: ManifestRow[] = []
  let { manifest, hash: previousHash } = row
  for (const [epochEnd, ofWindow] of Map.groupBy(heads, ({ windowEnd }) => windowEnd)) {
    const { start: epochStart } = windowAt(cuts, layer, epochEnd)
    const ordered = ofWindow.toSorted((a, b) => compareRegions(a.shard, b.shard))
    const hash = hashManifest({ layer, epochStart, epochEnd, previousHash, heads: ordered })
    manifest++
    manifests.push({ manifest, epochStart, epochEnd, commits: countOf(ofWindow), previousHash, hash })
    previousHash = hash
  }
  if (manifests.length > 0) await insertManifests(client, key, layer, manifests)
  await saveLayer(client, worldId, { ...row, closedTo, manifest, hash: previousHash })
  return manifest
}

const countOf = (heads: readonly WindowHead[]): number => heads.reduce((sum, { commits }) => sum + commits, 0)

/** Manifests that one call hands on; a layer that is new to an old world gets the others with the next calls. */
const manifestsAtOnce = 500

/** Hands the manifests that a layer has not been given to its shards. Nothing for the layer that takes ticks. */
const feed = async (client: pg.ClientBase, key: LayerKey, cuts: readonly Cut[]): Promise<ShardWork[]> => {
  const { worldId, layer } = key
  const row = await lockLayer(client, worldId, layer)
  if (row === undefined || row.source === null) return []
  const source = (await readLayer(client, worldId, row.source))!
  const toManifest = Math.min(source.manifest, row.takenManifest + manifestsAtOnce)
  const found = await readSourceShards(client, worldId, row.source, row.takenManifest, toManifest)
  const settings = cuts.at(-1)!.settings
  const own = layerAt(cuts, layer, source.closedTo)!
  const inputs = new Map<string, ManifestInput>()
  for (const one of found) {
    const shard = shardAbove(one.shard, own, settings)
    // everything before this manifest is known with it: windows without one have no commits
    inputs.set(`${one.manifest}/${shard}`, { ...one, shard, watermarkBefore: one.epochStart - 1 })
  }
  if (inputs.size > 0) await insertManifestInputs(client, key, layer, [...inputs.values()])
  const fedTo = toManifest === source.manifest ? source.closedTo : found.at(-1)!.epochEnd
  if (fedTo > row.fedTo || toManifest > row.takenManifest)
    await saveLayer(client, worldId, { ...row, takenManifest: toManifest, fedTo })
  const shards = new Set([...inputs.values()].map(({ shard }) => shard))
  return [...shards].map((shard) => ({ ...key, shard }))
}
