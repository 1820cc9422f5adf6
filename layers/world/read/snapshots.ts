import type pg from 'pg'
import type { JsonObject } from '../event.ts'
import { sacredFluxPositions } from '../flux.ts'
import { qualityScore, type SceneMetadata } from '../scene-metadata.ts'
import { type Ancestor, readAncestors } from './ancestors.ts'
import { entitiesAt, relationshipsAt } from './at.ts'
import { readHierarchy } from './hierarchy.ts'

/** A durable cut of a world at a seq. */
export interface SceneSnapshot {
  snapshotId: string
  worldId: string
  seq: number
  createdAt: Date
  /** null until the first read computes it. */
  metadata: SceneMetadata | null
}

interface SnapshotRow {
  snapshot_id: string
  world_id: string
  seq: number
  created_at: Date
  metadata: SceneMetadata | null
}

const toSnapshot = (row: SnapshotRow): SceneSnapshot => ({
  snapshotId: row.snapshot_id,
  worldId: row.world_id,
  seq: row.seq,
  createdAt: row.created_at,
  metadata: row.metadata,
})

export interface SnapshotFilter {
  from?: Date
  to?: Date
  /** Continue after this snapshot of the page before. */
  after?: { createdAt: Date; snapshotId: string }
  /** Metadata that contains this, as far as it has been computed; a snapshot without metadata passes. */
  metadata?: JsonObject
}

const columns = 'snapshot_id, world_id, seq, created_at, metadata'

// the index of one world gives its snapshots in order, that of several does not
const selectPage = (ofWorld: string, matching: string) => `
  SELECT ${columns} FROM scene_snapshots
  WHERE ${ofWorld} AND created_at >= coalesce($2, '-infinity'::timestamptz) AND created_at <= coalesce($3, 'infinity'::timestamptz)
    AND (created_at, snapshot_id) < (coalesce($4, 'infinity'::timestamptz), coalesce($5, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
    AND ($7::jsonb IS NULL OR metadata IS NULL OR snapshot_id IN (SELECT ${matching}))
  ORDER BY created_at DESC, snapshot_id DESC LIMIT $6`

const ofLineage = `(world_id, seq) IN (SELECT s.world_id, s.seq FROM unnest($1::uuid[], $8::int8[]) AS u (world_id, seq)
    JOIN scene_snapshots s ON s.world_id = u.world_id AND s.seq <= u.seq)`
const selectOwn = selectPage('world_id = $1', 'snapshots_matching($1, $7)')
const selectInherited = selectPage(ofLineage, 'snapshots_matching(u, $7) FROM unnest($1::uuid[]) AS u')

const lineageOf = (worldId: string, ancestors: readonly Ancestor[]): [worldIds: string[], seqs: number[]] => [
  [worldId, ...ancestors.map((ancestor) => ancestor.worldId)],
  [Number.MAX_SAFE_INTEGER, ...ancestors.map(({ upToSeq }) => upToSeq)],
]

/** A page of snapshots, newest first; of a fork also those of its ancestors that are in its past. */
export const listSnapshots = async (
  client: pg.ClientBase,
  worldId: string,
  { from, to, after, metadata }: SnapshotFilter,
  limit: number,
): Promise<SceneSnapshot[]> => {
  const ancestors = await readAncestors(client, worldId)
  const values = [
    from ?? null,
    to ?? null,
    after?.createdAt ?? null,
    after?.snapshotId ?? null,
    limit,
    metadata ? JSON.stringify(metadata) : null,
  ]
  const [worldIds, seqs] = lineageOf(worldId, ancestors)
  const { rows } = await client.query<SnapshotRow>(
    ancestors.length === 0 ? selectOwn : selectInherited,
    ancestors.length === 0 ? [worldId, ...values] : [worldIds, ...values, seqs],
  )
  return rows.map(toSnapshot)
}

const selectOne = `
  SELECT s.snapshot_id, s.world_id, s.seq, s.created_at, s.metadata FROM unnest($1::uuid[], $3::int8[]) AS u (world_id, seq)
  JOIN scene_snapshots s ON s.world_id = u.world_id AND s.seq <= u.seq WHERE s.snapshot_id = $2`

export const findSnapshot = async (
  client: pg.ClientBase,
  worldId: string,
  snapshotId: string,
): Promise<SceneSnapshot | undefined> => {
  const [worldIds, seqs] = lineageOf(worldId, await readAncestors(client, worldId))
  const { rows } = await client.query<SnapshotRow>(selectOne, [worldIds, snapshotId, seqs])
  return rows[0] && toSnapshot(rows[0])
}

/** The snapshot's metadata; computes and keeps it where nobody has read it yet. */
export const readMetadata = async (
  client: pg.ClientBase,
  snapshot: SceneSnapshot,
): Promise<SceneMetadata> => {
  if (snapshot.metadata !== null) return snapshot.metadata
  const metadata = await computeMetadata(client, snapshot.worldId, snapshot.seq)
  const text =
    'UPDATE scene_snapshots SET metadata = $3 WHERE world_id = $1 AND snapshot_id = $2 AND metadata IS NULL'
  await client.query(text, [snapshot.worldId, snapshot.snapshotId, JSON.stringify(metadata)])
  return metadata
}

interface CountRow {
  entities: number
  sacred: number
  avg_flux: number | null
  min_x: number | null
  min_y: number
  min_z: number
  max_x: number
  max_y: number
  max_z: number
}

const selectCounts = `
  SELECT count(*) AS entities, count(*) FILTER (WHERE e.flux_position = ANY ($3::int2[])) AS sacred,
    avg(e.flux_position)::float8 AS avg_flux, min(e.x) AS min_x, min(e.y) AS min_y, min(e.z) AS min_z,
    max(e.x) AS max_x, max(e.y) AS max_y, max(e.z) AS max_z
  FROM ${entitiesAt.past} e`

const selectConnections = `SELECT count(*) AS connections FROM ${relationshipsAt.past} r`

const computeMetadata = async (
  client: pg.ClientBase,
  worldId: string,
  seq: number,
): Promise<SceneMetadata> => {
  const { rows } = await client.query<CountRow>(selectCounts, [worldId, seq, sacredFluxPositions])
  const { rows: connections } = await client.query<{ connections: number }>(selectConnections, [worldId, seq])
  const { maxDepth } = await readHierarchy(client, worldId, seq)
  const row = rows[0]!
  const counts = {
    entity_count: row.entities,
    connection_count: connections[0]!.connections,
    hierarchy_depth: maxDepth,
    sacred_entity_count: row.sacred,
  }
  return {
    ...counts,
    avg_flux_position: row.avg_flux ?? 0,
    spatial_bounds:
      row.min_x === null
        ? [
            [0, 0, 0],
            [0, 0, 0],
          ]
        : [
            [row.min_x, row.min_y, row.min_z],
            [row.max_x, row.max_y, row.max_z],
          ],
    quality_score: qualityScore(counts),
  }
}
