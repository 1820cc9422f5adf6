import type pg from 'pg'

// What the engines have made of their input, without what the clock and the number of tries say.

const commits = `
  SELECT world_id, layer, shard, number, commit_id, epoch_start, epoch_end, window_end, encode(hash, 'hex') AS hash,
    encode(previous_hash, 'hex') AS previous_hash, entries, contributions, activity_sum, cause
  FROM commits ORDER BY world_id, layer, shard, number`

const entries = `
  SELECT c.commit_id, e.region, e.correction, encode(e.place, 'hex') AS place, e.count, e.weight_sum, e.activity_sum,
    e.activity_squares, e.weight, e.activity_mean, e.activity_var, e.entity_refs, e.late_from, e.late_to
  FROM commit_entries e LEFT JOIN commits c USING (commit_key) ORDER BY c.commit_id, e.place, e.correction`

const gamma = `
  SELECT world_id, layer, region, encode(place, 'hex') AS place, epoch_start, epoch_end, latest_weight_sum, count,
    weight_sum, activity_sum, activity_squares, commit_id
  FROM gamma_cells ORDER BY world_id, layer, region`

const manifests = `
  SELECT world_id, layer, manifest, epoch_start, epoch_end, commits, encode(previous_hash, 'hex') AS previous_hash,
    encode(hash, 'hex') AS hash
  FROM manifests ORDER BY world_id, layer, manifest`

const shards = `
  SELECT world_id, layer, shard, number, encode(hash, 'hex') AS hash, committed_to
  FROM ledger_shards ORDER BY world_id, layer, shard`

const layers = `
  SELECT world_id, layer, source, closed_to, manifest, encode(hash, 'hex') AS hash, taken_manifest, fed_to
  FROM ledger_layers ORDER BY world_id, layer`

const inputs = `
  SELECT world_id, layer, shard, input, from_tick, to_tick, watermark_before
  FROM ledger_inputs ORDER BY world_id, layer, shard, input`

const events = `
  SELECT world_id, type, data, cause FROM world_events ORDER BY world_id, data->>'commitId', seq`

/** Every row that the engines write, by table. @param pool as superuser or orrery_background. */
export const readLedgerRows = async (pool: pg.Pool): Promise<Record<string, unknown[]>> => {
  const texts = { commits, entries, gamma, manifests, shards, layers, inputs, events }
  const tables = Object.entries(texts).map(async ([name, text]) => [name, (await pool.query(text)).rows])
  return Object.fromEntries(await Promise.all(tables))
}
