import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerKey } from '../ledger-store.ts'
import { manifestsOf } from './of-ledger.ts'
import type { ManifestRow } from './windows.ts'

const text = `
  SELECT manifest, tenant_id AS "tenantId", epoch_start AS "epochStart", epoch_end AS "epochEnd", commits,
    encode(previous_hash, 'hex') AS "previousHash", encode(hash, 'hex') AS hash
  FROM manifests WHERE world_id = $1 AND layer = $2 AND manifest > $3 ORDER BY manifest LIMIT $4`

/** Manifests of a layer after one of them, in their order. */
export const readManifests = async (
  client: pg.ClientBase,
  { worldId, layer }: Pick<LayerKey, 'worldId' | 'layer'>,
  after: number,
  limit: number,
): Promise<(ManifestRow & { tenantId: string })[]> =>
  (await client.query(prepared(text, [worldId, layer, after, limit]))).rows

const inheritedText = `
  SELECT m.manifest, encode(m.hash, 'hex') AS hash, m.epoch_end AS "epochEnd" FROM manifests m
  WHERE ${manifestsOf()} AND m.world_id <> $1 AND m.layer = $2 AND m.manifest = $3`

/** The manifest of that number that a fork has of its ancestors; undefined where there is none. */
export const readInheritedManifest = async (
  client: pg.ClientBase,
  { worldId, layer }: Pick<LayerKey, 'worldId' | 'layer'>,
  manifest: number,
): Promise<{ manifest: number; hash: string; epochEnd: number } | undefined> => {
  const values = [worldId, layer, manifest]
  const { rows } = await client.query<{ manifest: number; hash: string; epochEnd: number }>(
    prepared(inheritedText, values),
  )
  return rows[0]
}
