import type pg from 'pg'
import type { ArchivedRow } from '../batch.ts'
import { type Source, type SourceTable, sources } from '../sources.ts'

const textsOf = (build: (source: Source) => string): Record<SourceTable, string> =>
  Object.fromEntries(sources.map((source) => [source.table, build(source)])) as Record<SourceTable, string>

const maxChunkRows = 20_000
const maxChunkBytes = 32 * 2 ** 20

// rows of one seq are never parted; a seq that is too much alone is a chunk
const chunkEndTexts = textsOf(
  ({ table, end, only }) => `
  SELECT coalesce(max(seq) FILTER (WHERE NOT is_over), min(seq)) AS seq, count(*) = ${maxChunkRows} OR bool_or(is_over) AS "isCut",
    max(seq) AS last
  FROM (
    SELECT ${end} AS seq, sum(pg_column_size(t.*)) OVER (ORDER BY ${end}) > ${maxChunkBytes} AS is_over FROM ${table} t
    WHERE world_id = $1 AND ${end} > $2 AND ${end} <= $3 AND ${only} ORDER BY ${end} LIMIT ${maxChunkRows}
  ) c`,
)

/** Up to which seq the rows after one and up to another make a chunk; undefined where there are none. */
export const readChunkEnd = async (
  client: pg.ClientBase | pg.Pool,
  { table }: Source,
  worldId: string,
  after: number,
  to: number,
): Promise<number | undefined> => {
  const { rows } = await client.query<{ seq: number | null; isCut: boolean; last: number }>(
    chunkEndTexts[table],
    [worldId, after, to],
  )
  const { seq, isCut, last } = rows[0]!
  if (seq === null) return undefined
  if (!isCut) return to
  // the last seq that was looked at may have more rows than were
  return seq < last || seq === after + 1 ? seq : Math.max(after + 1, seq - 1)
}

const rowsTexts = textsOf(
  ({ table, id, start, end, only }) => `
  SELECT ${id ?? `''`} AS id, ${start} AS start, ${end} AS "end", row_to_json(t)::text AS text FROM ${table} t
  WHERE world_id = $1 AND ${end} > $2 AND ${end} <= $3 AND ${only} ORDER BY ${id === null ? end : `${id}, ${end}`}`,
)

/** The rows that ended after one seq and up to another, in the order of batches. */
export const readRows = async (
  client: pg.ClientBase | pg.Pool,
  { table }: Source,
  worldId: string,
  after: number,
  to: number,
): Promise<ArchivedRow[]> => (await client.query<ArchivedRow>(rowsTexts[table], [worldId, after, to])).rows

/** Rows that one statement deletes: a few milliseconds. */
const deletedAtOnce = 1_000

const some = (table: string, condition: string) => `
  DELETE FROM ${table} WHERE world_id = $1 AND ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} WHERE world_id = $1 AND ${condition} LIMIT ${deletedAtOnce}))`

const clearTexts = textsOf(({ table, id, end, only }) =>
  some(table, `${end} > $2 AND ${end} <= $3 AND ${id ?? `''`} BETWEEN $4 AND $5 AND ${only}`),
)

export interface BatchRows {
  afterSeq: number
  toSeq: number
  firstId: string
  lastId: string
}

/** Deletes rows of a batch from their table; `more`: there may be others. */
export const deleteBatchRows = async (
  client: pg.ClientBase,
  { table }: Source,
  worldId: string,
  { afterSeq, toSeq, firstId, lastId }: BatchRows,
): Promise<'done' | 'more'> => {
  const { rowCount } = await client.query(clearTexts[table], [worldId, afterSeq, toSeq, firstId, lastId])
  return rowCount === deletedAtOnce ? 'more' : 'done'
}

const expireTexts = textsOf(({ table, start, end, only }) =>
  some(table, `${end} <= $2 AND ${start} > $3 AND ${only}`),
)

/** Deletes rows that ended up to one seq and began after another; answers how many, of as many as one statement takes. */
export const deleteExpiredRows = async (
  client: pg.ClientBase,
  { table }: Source,
  worldId: string,
  { expireTo, keepTo }: { expireTo: number; keepTo: number },
): Promise<{ rows: number; isDone: boolean }> => {
  const rows = (await client.query(expireTexts[table], [worldId, expireTo, keepTo])).rowCount ?? 0
  return { rows, isDone: rows < deletedAtOnce }
}

const insertTexts = textsOf(
  ({ table }) => `
  INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1::json) ON CONFLICT DO NOTHING`,
)

/** Puts archived rows back into their table; those that are there stay. */
export const insertRows = async (
  client: pg.ClientBase,
  { table }: Source,
  rows: readonly ArchivedRow[],
): Promise<void> => {
  await client.query(insertTexts[table], [`[${rows.map(({ text }) => text).join(',')}]`])
}

const countTexts = textsOf(
  ({ table, start, end, only }) => `
  SELECT count(*) FILTER (WHERE ${end} > $2 AND ${end} <= $3) AS archive,
    coalesce(sum(pg_column_size(t.*)) FILTER (WHERE ${end} > $2 AND ${end} <= $3), 0)::int8 AS "archiveBytes",
    count(*) FILTER (WHERE ${end} <= $4 AND ${start} > $5) AS expire
  FROM ${table} t WHERE world_id = $1 AND ${end} <= greatest($3, $4) AND ${only}`,
)

export interface RowCounts {
  archive: number
  archiveBytes: number
  expire: number
}

/** What a run would do with the rows that are in the table. */
export const countRows = async (
  client: pg.ClientBase | pg.Pool,
  { table }: Source,
  worldId: string,
  values: [archivedTo: number, archiveTo: number, expireTo: number, keepTo: number],
): Promise<RowCounts> => (await client.query<RowCounts>(countTexts[table], [worldId, ...values])).rows[0]!
