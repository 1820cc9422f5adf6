import type pg from 'pg'

/** A table with rows of worlds, and where they are counted when nothing else counts them. */
const tables = [
  ...[
    'entities',
    'entity_history',
    'components',
    'component_history',
    'relationships',
    'relationship_history',
  ],
  ...[
    'world_events',
    'entity_physics_state',
    'tick_log',
    'tick_segments',
    'commits',
    'commit_entries',
    'gamma_cells',
  ],
  ...[
    'chronicle_events',
    'chronicle_event_history',
    'chronicle_actors',
    'chronicle_effects',
    'chronicle_embeddings',
  ],
] as const

export type UsedTable = (typeof tables)[number]

/** What a world has in a table. */
export interface TableUsage {
  table: UsedTable
  rows: number
  /** There are more rows than were counted. */
  isCapped: boolean
  /** Of its rows: their number times the mean of the first thousand. */
  bytes: number
  /** Of indexes: its rows' share of what the whole table's take; 0 where the table is too small to tell. */
  indexBytes: number
}

/** Larger tables are not counted to their end: some tenth of a second for each. */
const countedRows = 1_000_000
/** Whose size is measured. */
const measuredRows = 1_000

/** Of smaller tables pages that are half empty say nothing. */
const tellingBytes = 1_000_000

// each along an index that begins with the world; a row's header has 24 bytes, its pointer 4
const usageText = tables
  .map((table) => {
    const ofWorld = `${table} t WHERE t.world_id = $1`
    return `SELECT '${table}' AS "table",
      (SELECT count(*) FROM (SELECT FROM ${ofWorld} LIMIT ${countedRows + 1}) c)::float8 AS rows,
      coalesce((SELECT avg(pg_column_size(m.*)) + 28 FROM (SELECT * FROM ${ofWorld} LIMIT ${measuredRows}) m), 0)::float8
        AS mean,
      CASE WHEN pg_table_size('${table}') > ${tellingBytes}
        THEN pg_indexes_size('${table}')::float8 / pg_table_size('${table}') ELSE 0 END AS "indexShare"`
  })
  .join(' UNION ALL ')

interface UsageRow {
  table: UsedTable
  rows: number
  mean: number
  indexShare: number
}

/** What the world has in each table that holds something of it. */
export const readTableUsage = async (client: pg.ClientBase, worldId: string): Promise<TableUsage[]> => {
  const { rows: found } = await client.query<UsageRow>(usageText, [worldId])
  return found
    .filter(({ rows }) => rows > 0)
    .map(({ table, rows, mean, indexShare }) => {
      const counted = Math.min(rows, countedRows)
      const bytes = Math.round(counted * mean)
      const indexBytes = Math.round(bytes * indexShare)
      return { table, rows: counted, isCapped: rows > countedRows, bytes, indexBytes }
    })
}

/** What a world did in a period, as far as it is kept. */
export interface ActivityUsage {
  /** Write requests whose outcome is kept. */
  requests: number
  isCapped: boolean
  events: number
  /** Of the simulation, by the first layer's commits in the period. */
  ticks: number
  /** Of commits in the archive. */
  archivedBytes: number
}

const activityText = `
  SELECT
    (SELECT count(*) FROM (
      SELECT FROM requests WHERE tenant_id = $1 AND world = $2 AND created_at >= $4 AND created_at < $5
      LIMIT ${countedRows + 1}) c)::float8 AS requests,
    coalesce((SELECT max(epoch_end) - min(epoch_start) + 1 FROM manifests
      WHERE world_id = $3 AND layer = $6 AND created_at >= $4 AND created_at < $5), 0)::float8 AS ticks,
    coalesce((SELECT sum(bytes) FROM ledger_archives WHERE world_id = $3), 0)::float8 AS "archivedBytes"`

/** @param layer the first one of its ledger. @param events that the log got in the period. */
export const readActivityUsage = async (
  client: pg.ClientBase,
  { tenantId, name, worldId }: { tenantId: string; name: string; worldId: string },
  { from, to }: { from: Date; to: Date },
  layer: string,
  events: number,
): Promise<ActivityUsage> => {
  const { rows } = await client.query<Omit<ActivityUsage, 'events' | 'isCapped'>>(activityText, [
    ...[tenantId, name, worldId, from, to, layer],
  ])
  const { requests, ...rest } = rows[0]!
  return { ...rest, requests: Math.min(requests, countedRows), isCapped: requests > countedRows, events }
}
