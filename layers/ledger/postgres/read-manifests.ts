import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerKey } from '../ledger-store.ts'
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
  SELECT EXISTS (SELECT FROM manifests
    WHERE world_id = ANY ($1::uuid[]) AND layer = $2 AND manifest = $3 AND hash = decode($4, 'hex')) AS "isThere"`

/** Whether one of these worlds has a manifest of that number and hash. */
export const hasManifest = async (
  client: pg.ClientBase,
  worldIds: readonly string[],
  { layer }: Pick<LayerKey, 'layer'>,
  manifest: number,
  hash: string,
): Promise<boolean> => {
  const { rows } = await client.query<{ isThere: boolean }>(
    prepared(inheritedText, [worldIds, layer, manifest, hash]),
  )
  return rows[0]!.isThere
}
