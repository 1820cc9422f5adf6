import type pg from 'pg'
import type { Json } from '../event.ts'
import { type EntityRecord, type EntityRow, toRecord } from '../read/entities.ts'
import type { Query } from './ast.ts'
import { compileCount, compileGroups } from './compile/aggregate.ts'
import { type Compiler, createCompiler, type Reach } from './compile/compiler.ts'
import { compilePage, type PageStatement } from './compile/page.ts'
import { componentTypesOf, refuseSensitive, unknownType, unknownUse } from './component-types.ts'
import { type CursorOwner, decodeCursor, encodeCursor, fitsKeys } from './cursor.ts'
import { queryLimits } from './limits.ts'
import { QueryError } from './query-error.ts'
import { readQueryTypes, readTypeNames } from './read-types.ts'

/** A query and what it is asked of. */
export interface QueryRequest {
  tenantId: string
  /** The world that was named: cursors are of it. */
  worldId: string
  /** Where the moment is read: of a fork, before its own beginning, an ancestor. */
  readWorldId: string
  /** null: now. */
  asOf: number | null
  query: Query
  /** Of the page; default that of the query, or 100. */
  limit?: number | undefined
  /** Of the page before. */
  cursor?: string | undefined
  /** Default: that of large worlds. */
  reach?: Reach | undefined
}

/** An entity of which some fields were selected: `id`, and by path what is there. */
export type SelectedEntity = { id: string } & Record<string, Json>

export type QueryAnswer =
  | { entities: (EntityRecord | SelectedEntity)[]; cursor?: string }
  | { count: number }
  /** The largest first; a value that is absent is not there. `more`: there are smaller ones. */
  | { groups: { value?: Json; count: number }[]; more: boolean }

/**
 * Runs the query as one statement. The client's transaction sees one state and is of the tenant.
 *
 * @throws QueryError also for a cursor that is not of this query, world and tenant (field `cursor`).
 */
export const runQuery = async (client: pg.ClientBase, request: QueryRequest): Promise<QueryAnswer> => {
  const prepared = await prepareQuery(client, request)
  if (prepared.kind === 'count') {
    const { rows } = await client.query<{ count: number }>(prepared.text, prepared.values)
    return { count: rows[0]!.count }
  }
  if (prepared.kind === 'groups') {
    const { rows } = await client.query<{ value: string | null; count: number }>(
      prepared.text,
      prepared.values,
    )
    const groups = rows.slice(0, prepared.limit).map(({ value, count }) => ({
      ...(value === null ? {} : { value: JSON.parse(value) as Json }),
      count,
    }))
    return { groups, more: rows.length > prepared.limit }
  }
  const { rows } = await client.query<PageRow>(prepared.text, prepared.values)
  const page = rows.slice(0, prepared.limit)
  const { select } = request.query
  const entities = page.map((row) => (select === undefined ? toRecord(row) : selectedFrom(row, select)))
  if (rows.length === page.length) return { entities }
  const last = page.at(-1)!
  const keys = prepared.keys.map((_, n) => last[`k${n}`] as number | string | null)
  return { entities, cursor: encodeCursor(request, { keys, id: last.entity_id }) }
}

type PageRow = EntityRow & Record<`k${number}`, number | string | null> & Record<`v${number}`, string | null>

const selectedFrom = (row: PageRow, select: string[]): SelectedEntity => {
  const values = select.flatMap((path, n): [string, Json][] => {
    const value = row[`v${n}`] as string | null
    return value === null ? [] : [[path, JSON.parse(value) as Json]]
  })
  return { id: row.entity_id, ...Object.fromEntries(values) }
}

export type PreparedQuery =
  | { kind: 'count'; text: string; values: unknown[] }
  | { kind: 'groups'; text: string; values: unknown[]; limit: number }
  | ({ kind: 'page'; limit: number } & PageStatement)

/** The statement of a query, as `runQuery` runs it; one row more than `limit` says whether there are more. */
export const prepareQuery = async (client: pg.ClientBase, request: QueryRequest): Promise<PreparedQuery> => {
  const { query, asOf, worldId, readWorldId } = request
  const worldIds = [...new Set([worldId, readWorldId])]
  const types = await readQueryTypes(client, worldIds, componentTypesOf(query))
  const unknown = unknownUse(query, types.isKnown)
  if (unknown !== undefined) throw unknownType(unknown, await readTypeNames(client, worldIds))
  refuseSensitive(query, types.isSensitive)
  const compiler = createCompiler(readWorldId, asOf, types.hot, request.reach)
  const limit = request.limit ?? query.limit ?? queryLimits.defaultPage
  if (query.count === true) return { kind: 'count', ...compileCount(compiler, query) }
  if (query.group !== undefined)
    return { kind: 'groups', ...compileGroups(compiler, query, limit + 1), limit }
  return { kind: 'page', ...pageAfter(compiler, request, limit), limit }
}

const pageAfter = (compiler: Compiler, request: QueryRequest, limit: number): PageStatement => {
  const { query, cursor } = request
  if (cursor === undefined) return compilePage(compiler, query, limit + 1, undefined)
  const place = decodeCursor(request as CursorOwner, cursor)
  const statement = place && compilePage(compiler, query, limit + 1, place)
  if (place !== undefined && statement !== undefined && fitsKeys(place, statement.keys)) return statement
  throw new QueryError('cursor: must be the cursor of an earlier page of this query of this world', {
    field: 'cursor',
  })
}
