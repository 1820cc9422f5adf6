import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { forkArchivedGamma } from '../fork-archived-gamma.ts'
import type { LedgerSettings } from '../settings.ts'
import type { WorldKey } from './append-segment.ts'
import { needsArchive } from './fork-archived.ts'
import { forkChains } from './fork-chains.ts'
import { forkGamma } from './fork-gamma.ts'
import { forkLayers } from './fork-layers.ts'
import { forkShards } from './fork-shards.ts'

/** Where a ledger is forked: as of a seq of a world's own log, and of a tick of its simulation. */
export interface LedgerMoment {
  worldId: string
  atSeq: number
  tick: number | null
  /** As of the seq. */
  settings: LedgerSettings
}

/**
 * Begins the ledger of a fork: its chains go on from the heads, its manifests from the last ones, and its gamma from
 * what there was of commits whose events had no later seq. Commits stay where they are; ticks of spans that were open
 * then are the source's alone. Each statement finds the same whatever the source commits meanwhile.
 *
 * @param archive where there is none it may come to false: entries that gamma needs are there, and what was written must
 *   be rolled back.
 * @throws ArchiveDamaged
 */
export const forkLedger = async (
  client: pg.ClientBase,
  fork: WorldKey,
  source: LedgerMoment,
  archive: ObjectStore | undefined,
): Promise<boolean> => {
  await forkShards(client, fork, source)
  const epoch = await setEpoch(client, fork, source)
  await forkLayers(client, fork, source, epoch)
  await forkChains(client, fork, source.worldId)
  await forkStream(client, fork, source, epoch)
  if (!(await needsArchive(client, source))) await forkGamma(client, fork, source)
  else if (archive === undefined) return false
  else await forkArchivedGamma(client, fork, source, archive)
  return true
}

const epochText = `
  UPDATE worlds w SET fork_epoch = greatest($3::int8, s.fork_epoch,
    (SELECT max(committed_to) FROM ledger_shards h WHERE h.world_id = $1))
  FROM worlds s WHERE w.world_id = $1 AND s.world_id = $2 RETURNING w.fork_epoch AS epoch`

/** Up to this tick all is the ancestors': the fork's tick, or where others make the ticks what they committed. */
const setEpoch = async (
  client: pg.ClientBase,
  fork: WorldKey,
  { worldId, tick, settings }: LedgerMoment,
): Promise<number> => {
  const own = settings.producer === 'physics' ? tick : null
  const { rows } = await client.query<{ epoch: number }>(epochText, [fork.worldId, worldId, own])
  return rows[0]!.epoch
}

// ticks up to the fork are the source's, each counted there once; what held before says how large the cells are that it inherits, and how long their windows
const streamText = `
  WITH stream AS (
    INSERT INTO tick_streams (world_id, tenant_id, layer, watermark, pruned_to)
    SELECT $1, tenant_id, layer, $3, $3 FROM tick_streams WHERE world_id = $2 RETURNING world_id, tenant_id
  ), earlier AS (
    INSERT INTO ledger_cuts (world_id, tenant_id, from_tick, settings, cause)
    SELECT s.world_id, s.tenant_id, c.from_tick, c.settings, c.cause
    FROM stream s, ledger_cuts c WHERE c.world_id = $2 AND c.from_tick <= $3
  )
  INSERT INTO ledger_cuts (world_id, tenant_id, from_tick, settings, cause)
  SELECT world_id, tenant_id, $3 + 1, $4, jsonb_build_object('forkOf', $2::text) FROM stream`

/** Nothing where the source had no ticks: then the fork's producer begins as that of any other world. */
const forkStream = async (
  client: pg.ClientBase,
  fork: WorldKey,
  { worldId, settings }: LedgerMoment,
  epoch: number,
): Promise<void> => {
  await client.query(streamText, [fork.worldId, worldId, epoch, JSON.stringify(settings)])
}
