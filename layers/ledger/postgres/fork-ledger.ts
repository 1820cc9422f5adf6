import type pg from 'pg'
import { int8Array, uuidArray } from '#platform/postgres/binary-array'
import type { LedgerSettings } from '../settings.ts'
import type { WorldKey } from './append-segment.ts'
import { forkGamma } from './fork-gamma.ts'
import { forkLayers } from './fork-layers.ts'
import { forkShards } from './fork-shards.ts'
import { laterCommits } from './later-commits.ts'
import { ledgerAncestors } from './ledger-ancestors.ts'

/** Where a ledger is forked: as of a seq of a world's own log, and of a tick of its simulation. */
export interface LedgerMoment {
  worldId: string
  atSeq: number
  tick: number | null
  /** As of the seq. */
  settings: LedgerSettings
}

/** `$1` and `$2` of statements with `laterCommits`: the world and its ancestors, and how far each counts. */
export type Lineage = [worldIds: Buffer, seqs: Buffer]

/**
 * Begins the ledger of a fork: its chains go on from the heads, its manifests from the last ones, and its gamma from
 * what there was of commits whose events had no later seq. Commits stay where they are; spans that were open then are
 * the source's alone. Each statement finds the same whatever the source commits meanwhile. False where entries that
 * gamma needs are in the archive; then what was written must be rolled back.
 */
export const forkLedger = async (
  client: pg.ClientBase,
  fork: WorldKey,
  { worldId, atSeq, tick, settings }: LedgerMoment,
): Promise<boolean> => {
  const ancestors = await ledgerAncestors(client, worldId)
  const lineage: Lineage = [
    uuidArray([worldId, ...ancestors.map((ancestor) => ancestor.worldId)]),
    int8Array([atSeq, ...ancestors.map(({ upToSeq }) => upToSeq)]),
  ]
  await forkShards(client, fork, lineage)
  const epoch = await setEpoch(client, fork, worldId, settings.producer === 'physics' ? tick : null)
  await forkLayers(client, fork, lineage, epoch)
  await forkStream(client, fork, worldId, epoch, settings)
  await forkGamma(client, fork, lineage)
  const { rows } = await client.query<{ archived: boolean }>(archivedText, lineage)
  return !rows[0]!.archived
}

// gamma is summed up from entries only where there are later ones
const archivedText = `
  WITH ${laterCommits}
  SELECT EXISTS (SELECT FROM later WHERE world_id = ($1::uuid[])[1])
    AND EXISTS (SELECT FROM commits WHERE world_id = ANY ($1::uuid[]) AND archive_id IS NOT NULL) AS archived`

const epochText = `
  UPDATE worlds w SET fork_epoch = greatest($3::int8, s.fork_epoch,
    (SELECT max(committed_to) FROM ledger_shards h WHERE h.world_id = $1))
  FROM worlds s WHERE w.world_id = $1 AND s.world_id = $2 RETURNING w.fork_epoch AS epoch`

/** Up to this tick all is the ancestors': the fork's tick, or where others make the ticks what they committed. */
const setEpoch = async (
  client: pg.ClientBase,
  { worldId }: WorldKey,
  sourceId: string,
  tick: number | null,
): Promise<number> =>
  (await client.query<{ epoch: number }>(epochText, [worldId, sourceId, tick])).rows[0]!.epoch

const streamText = `
  WITH stream AS (
    INSERT INTO tick_streams (world_id, tenant_id, layer, watermark)
    SELECT $1, tenant_id, layer, $3 FROM tick_streams WHERE world_id = $2 RETURNING world_id, tenant_id
  )
  INSERT INTO ledger_cuts (world_id, tenant_id, from_tick, settings, cause)
  SELECT world_id, tenant_id, $3 + 1, $4, jsonb_build_object('forkOf', $2::text) FROM stream`

/** Nothing where the source had no ticks: then the fork's producer begins as that of any other world. */
const forkStream = async (
  client: pg.ClientBase,
  { worldId }: WorldKey,
  sourceId: string,
  epoch: number,
  settings: LedgerSettings,
): Promise<void> => {
  await client.query(streamText, [worldId, sourceId, epoch, JSON.stringify(settings)])
}
