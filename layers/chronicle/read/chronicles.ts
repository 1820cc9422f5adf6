import type pg from 'pg'

export interface Chronicle {
  id: string
  title: string
  description: string
  /** Of now, also in a read of the past. */
  eventCount: number
  /** seq of the event that made it. */
  seq: number
  createdAt: string
}

interface ChronicleRow {
  chronicle_id: string
  title: string
  description: string
  event_count: number
  from_seq: number
  created_at: Date
}

const toChronicle = (row: ChronicleRow): Chronicle => ({
  ...{ id: row.chronicle_id, title: row.title, description: row.description },
  ...{ eventCount: row.event_count, seq: row.from_seq, createdAt: row.created_at.toISOString() },
})

const columns = 'chronicle_id, title, description, event_count, from_seq, created_at'

const selectOne = `
  SELECT ${columns} FROM chronicles
  WHERE world_id = $1 AND chronicle_id = $2 AND ($3::int8 IS NULL OR from_seq <= $3)`

/** The chronicle, or undefined where there was none as of `asOf` (null: now). */
export const findChronicle = async (
  client: pg.ClientBase,
  worldId: string,
  chronicleId: string,
  asOf: number | null,
): Promise<Chronicle | undefined> => {
  const { rows } = await client.query<ChronicleRow>(selectOne, [worldId, chronicleId, asOf])
  return rows[0] && toChronicle(rows[0])
}

const selectPage = `
  SELECT ${columns} FROM chronicles WHERE world_id = $1 AND chronicle_id > $2 ORDER BY chronicle_id LIMIT $3`

/** In order of id, after the id `after` ('' for the first page). */
export const listChronicles = async (
  client: pg.ClientBase,
  worldId: string,
  after: string,
  limit: number,
): Promise<Chronicle[]> => {
  const { rows } = await client.query<ChronicleRow>(selectPage, [worldId, after, limit])
  return rows.map(toChronicle)
}
