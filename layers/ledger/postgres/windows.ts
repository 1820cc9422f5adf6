import type pg from 'pg'
import { int8Array, textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { ManifestHead } from '../manifest.ts'
import { type LayerName, type LayerSettings, layerNames } from '../settings.ts'
import type { WorldKey } from './append-segment.ts'
import { commitsOf, manifestsOf } from './of-ledger.ts'

export interface LayerRow {
  layer: LayerName
  source: LayerName | null
  closedTo: number
  manifest: number
  hash: string
  takenManifest: number
  /** Of the source: every window up to this tick has been handed on. */
  fedTo: number
  /** The plugins have acted on the windows up to this manifest. */
  pluginManifest: number
}

const openLayersText = `
  INSERT INTO ledger_layers (world_id, tenant_id, layer, source)
  SELECT $1, $2, u.layer, u.source FROM unnest($3::text[], $4::text[]) AS u (layer, source) ON CONFLICT DO NOTHING`

const rank = (name: LayerName): number => layerNames.indexOf(name)

/**
 * Makes the rows of layers that have none; each takes the commits of the layer below it from then on. @param first the
 * layer that takes ticks.
 */
export const openLayers = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  layers: readonly LayerSettings[],
  first: LayerName,
): Promise<void> => {
  // a finer one could only take what is coarser
  const names = layers.map(({ name }) => name).filter((name) => rank(name) > rank(first))
  const sources = names.map((_, at) => names[at - 1] ?? first)
  await client.query(
    prepared(openLayersText, [
      worldId,
      tenantId,
      textArray([first, ...names]),
      textArray([null, ...sources]),
    ]),
  )
}

/** Layers of a world that have begun, in no order. */
export const readBegunLayers = async (client: pg.ClientBase, worldId: string): Promise<LayerName[]> => {
  const text = 'SELECT layer FROM ledger_layers WHERE world_id = $1'
  return (await client.query<{ layer: LayerName }>(prepared(text, [worldId]))).rows.map(({ layer }) => layer)
}

const readText = `
  SELECT layer, source, closed_to AS "closedTo", manifest, encode(hash, 'hex') AS hash,
    taken_manifest AS "takenManifest", fed_to AS "fedTo", plugin_manifest AS "pluginManifest"
  FROM ledger_layers WHERE world_id = $1 AND layer = $2`

/** Locked until the transaction ends. */
export const lockLayer = async (
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
): Promise<LayerRow | undefined> =>
  (await client.query<LayerRow>(prepared(`${readText} FOR UPDATE`, [worldId, layer]))).rows[0]

export const readLayer = async (
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
): Promise<LayerRow | undefined> =>
  (await client.query<LayerRow>(prepared(readText, [worldId, layer]))).rows[0]

const layersAboveText = `SELECT layer FROM ledger_layers WHERE world_id = $1 AND source = $2 ORDER BY layer`

export const layersAbove = async (
  client: pg.ClientBase,
  worldId: string,
  source: LayerName,
): Promise<LayerName[]> =>
  (await client.query<{ layer: LayerName }>(layersAboveText, [worldId, source])).rows.map(
    ({ layer }) => layer,
  )

export interface WaitingShard {
  shard: string
  /** The first tick that is not committed. */
  tick: number
  /** The last input that it waits with, and the last tick in it. */
  lastInput: number
  lastTick: number
}

// late ticks of an input that was not looked at become corrections in a span behind the watermark that was before it
const waitingText = `
  SELECT s.shard, max(i.input) AS "lastInput", max(i.to_tick) AS "lastTick",
    min(greatest(i.from_tick, CASE WHEN i.input > s.seen_input THEN i.watermark_before ELSE s.committed_to END + 1)) AS tick
  FROM ledger_shards s JOIN ledger_inputs i USING (world_id, layer, shard)
  WHERE s.world_id = $1 AND s.layer = $2 AND i.input >= s.from_input
    AND (i.input > s.seen_input OR i.to_tick > s.committed_to)
  GROUP BY s.shard`

/** Shards that have taken and not committed something, or have yet to take it. */
export const readWaitingShards = async (
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
): Promise<WaitingShard[]> => (await client.query<WaitingShard>(prepared(waitingText, [worldId, layer]))).rows

export interface WindowHead extends ManifestHead {
  windowEnd: number
  /** Commits of the shard in the window. */
  commits: number
}

const headsText = `
  SELECT DISTINCT ON (window_end, shard) window_end AS "windowEnd", shard, number, encode(hash, 'hex') AS hash,
    count(*) OVER (PARTITION BY window_end, shard)::int AS commits
  FROM commits c WHERE ${commitsOf()} AND layer = $2 AND window_end > $3 AND window_end <= $4
  ORDER BY window_end, shard, number DESC`

/** The last commit of each shard in each window that ends after one tick and up to another, by window. */
export const readWindowHeads = async (
  client: pg.ClientBase,
  worldId: string,
  layer: LayerName,
  afterTick: number,
  toTick: number,
): Promise<WindowHead[]> =>
  (await client.query<WindowHead>(prepared(headsText, [worldId, layer, afterTick, toTick]))).rows

export interface ManifestRow {
  manifest: number
  epochStart: number
  epochEnd: number
  commits: number
  previousHash: string
  hash: string
}

const insertManifestsText = `
  INSERT INTO manifests (world_id, tenant_id, layer, manifest, epoch_start, epoch_end, commits, previous_hash, hash)
  SELECT $1, $2, $3, u.manifest, u.epoch_start, u.epoch_end, u.commits, decode(u.previous_hash, 'hex'),
    decode(u.hash, 'hex')
  FROM unnest($4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::text[], $9::text[])
    AS u (manifest, epoch_start, epoch_end, commits, previous_hash, hash)`

export const insertManifests = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  layer: LayerName,
  manifests: readonly ManifestRow[],
): Promise<void> => {
  await client.query(
    prepared(insertManifestsText, [
      ...[worldId, tenantId, layer],
      int8Array(manifests.map(({ manifest }) => manifest)),
      int8Array(manifests.map(({ epochStart }) => epochStart)),
      int8Array(manifests.map(({ epochEnd }) => epochEnd)),
      int8Array(manifests.map(({ commits }) => commits)),
      textArray(manifests.map(({ previousHash }) => previousHash)),
      textArray(manifests.map(({ hash }) => hash)),
    ]),
  )
}

const saveLayerText = `
  UPDATE ledger_layers SET closed_to = $3, manifest = $4, hash = decode($5, 'hex'), taken_manifest = $6,
    fed_to = $7
  WHERE world_id = $1 AND layer = $2`

/** Needs the lock of `lockLayer`. */
export const saveLayer = async (client: pg.ClientBase, worldId: string, row: LayerRow): Promise<void> => {
  const { layer, closedTo, manifest, hash, takenManifest, fedTo } = row
  await client.query(
    prepared(saveLayerText, [worldId, layer, closedTo, manifest, hash, takenManifest, fedTo]),
  )
}

export interface SourceShard {
  manifest: number
  epochStart: number
  epochEnd: number
  shard: string
}

const sourceShardsText = `
  SELECT m.manifest, m.epoch_start AS "epochStart", m.epoch_end AS "epochEnd", c.shard
  FROM (
    SELECT * FROM manifests m WHERE ${manifestsOf()} AND layer = $2 AND manifest > $3 AND manifest <= $4
  ) m JOIN commits c ON ${commitsOf()} AND c.layer = $2 AND c.window_end = m.epoch_end
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 4`

/** Shards with commits in the manifests after one and up to another. */
export const readSourceShards = async (
  client: pg.ClientBase,
  worldId: string,
  source: LayerName,
  afterManifest: number,
  toManifest: number,
): Promise<SourceShard[]> =>
  (await client.query<SourceShard>(prepared(sourceShardsText, [worldId, source, afterManifest, toManifest])))
    .rows

const insertInputsText = `
  WITH u AS (
    SELECT * FROM unnest($4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::text[])
      AS u (manifest, epoch_start, epoch_end, watermark_before, shard)
  ), shards AS (
    INSERT INTO ledger_shards (world_id, tenant_id, layer, shard) SELECT DISTINCT $1::uuid, $2, $3, shard FROM u
    ON CONFLICT DO NOTHING
  )
  INSERT INTO ledger_inputs (world_id, tenant_id, layer, shard, input, from_tick, to_tick, watermark_before)
  SELECT $1, $2, $3, shard, manifest, epoch_end, epoch_end, watermark_before FROM u ON CONFLICT DO NOTHING`

export interface ManifestInput extends SourceShard {
  watermarkBefore: number
}

/** Hands manifests to the shards of a layer. Their entries count as of the last tick of their window. */
export const insertManifestInputs = async (
  client: pg.ClientBase,
  { worldId, tenantId }: WorldKey,
  layer: LayerName,
  inputs: readonly ManifestInput[],
): Promise<void> => {
  await client.query(
    prepared(insertInputsText, [
      ...[worldId, tenantId, layer],
      int8Array(inputs.map(({ manifest }) => manifest)),
      int8Array(inputs.map(({ epochStart }) => epochStart)),
      int8Array(inputs.map(({ epochEnd }) => epochEnd)),
      int8Array(inputs.map(({ watermarkBefore }) => watermarkBefore)),
      textArray(inputs.map(({ shard }) => shard)),
    ]),
  )
}
