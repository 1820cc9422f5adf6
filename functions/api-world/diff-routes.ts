import type pg from 'pg'
import * as z from 'zod'
import { invalid, notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { keyChanges } from '#world/changes'
import { countEntityDifferences, type EntityDifference, listEntityDifferences } from '#world/diff/entities'
import { type DiffSide, type LogPart, partsSinceCommon } from '#world/diff/parts'
import { countRelationshipDifferences, listRelationshipDifferences } from '#world/diff/relationships'
import type { Change, RelationshipKey } from '#world/event'
import { ancestorAt, readAncestors } from '#world/read/ancestors'
import { settingsAt } from '#world/read/settings-at'
import { findWorld, findWorldById } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import type { WorldSettings } from '#world/settings'
import { type ApiContext, decodeCursor, nextLink, oneState } from '../api-context.ts'
import { reachSeq, withPast } from '../past.ts'
import { hideSealed, hideSealedChanges } from '../sealed-answers.ts'
import { asOf, cursor, limit } from './schemas.ts'

const diffPath = z.object({ a: worldNameSchema, b: worldNameSchema })
const diffQuery = z.strictObject({ limit, cursor, atA: asOf, atB: asOf })

const counts = z.object({ created: z.int(), deleted: z.int(), changed: z.int() })
const kind = z.enum(['created', 'deleted', 'changed']).meta({
  description: 'It is in the second world only, in the first one only, or in both and not the same',
})
const changes = z
  .array(z.object({ entityId: z.string(), field: z.string(), oldValue: z.unknown(), newValue: z.unknown() }))
  .optional()
  .meta({ description: 'From the first world to the second' })
const side = z.object({ world: z.string(), seq: z.int() })

const diffSchema = z
  .object({
    a: side,
    b: side,
    summary: z
      .object({ entities: counts, relationships: counts })
      .optional()
      .meta({ description: 'Of the whole; on the first page only' }),
    settings: changes,
    entities: z.array(z.object({ id: z.string(), kind, changes, entity: z.looseObject({}).optional() })),
    relationships: z.array(
      z.object({
        ...{ sourceId: z.string(), targetId: z.string(), type: z.string() },
        ...{ kind, changes, relationship: z.looseObject({}).optional() },
      }),
    ),
  })
  .meta({ id: 'WorldDiff' })

const diff = route<ApiContext, typeof diffPath, typeof diffQuery, never>({
  method: 'GET',
  path: '/worlds/{a}/diff/{b}',
  operationId: 'diffWorlds',
  summary: 'What leads from one world to another: entities by id, then relationships, each with its changes',
  pathSchema: diffPath,
  querySchema: diffQuery,
  responses: { 200: { description: 'A page of what differs', schema: diffSchema } },
  handle: (context, { tenantId, path, query, url }) =>
    withPast(context, tenantId, () =>
      inTenantTransaction(
        context.forks.pool,
        tenantId,
        async (client) => {
          const a = await openSide(client, tenantId, path.a, query.atA, 'query.atA')
          const b = await openSide(client, tenantId, path.b, query.atB, 'query.atB')
          const parts = partsSinceCommon(a, b)
          await reachSides(client, [a, b], parts)
          const after = decodeCursor(query.cursor, parsePosition)
          const page = await readPage(client, { a, b, parts }, after ?? start, query.limit)
          const head = { a: { world: path.a, seq: a.seq }, b: { world: path.b, seq: b.seq } }
          const whole = after === undefined ? await readWhole(client, { a, b, parts }) : {}
          const { next, ...body } = page
          const headers = next === undefined ? {} : nextLink(url, next)
          return { status: 200, headers, body: { ...head, ...whole, ...body } }
        },
        oneState,
      ),
    ),
})

/** What both were, and the parts of logs that say where they differ. */
const reachSides = async (
  client: pg.PoolClient,
  sides: readonly Side[],
  parts: readonly LogPart[] | undefined,
): Promise<void> => {
  for (const { worldId, seq } of sides) await reachSeq(client, worldId, seq, { kinds: ['history'] })
  for (const { worldId, afterSeq: after, toSeq: to } of parts ?? [])
    await reachSeq(client, worldId, { after, to }, { kinds: ['events'] })
}

interface Side extends DiffSide {
  /** As of the seq. */
  settings: WorldSettings
}

interface Diff {
  a: Side
  b: Side
  parts: LogPart[] | undefined
}

/** The world whose own log holds the seq, as of then. */
const openSide = async (
  client: pg.PoolClient,
  tenantId: string,
  name: string,
  at: number | undefined,
  field: string,
): Promise<Side> => {
  const world = await findWorld(client, tenantId, name)
  if (world === undefined) throw notFound(`there is no world '${name}'`)
  const seq = at ?? world.seq
  if (seq > world.seq)
    throw invalid([{ field, message: `must be at most ${world.seq}, the last seq of '${name}'` }])
  const ancestors = await readAncestors(client, world.worldId)
  const holder = ancestorAt(ancestors, seq)
  const { worldId, settings } =
    holder === undefined ? world : (await findWorldById(client, tenantId, holder.worldId))!
  return {
    ...{ worldId, seq, settings: await settingsAt(client, worldId, seq, settings) },
    ancestors: holder === undefined ? ancestors : ancestors.slice(ancestors.indexOf(holder) + 1),
  }
}

/** The last entity of the pages before, and the last relationship: null while entities are listed. */
interface Position {
  entityId: string | null
  relationship: RelationshipKey
}

const noRelationship = { sourceId: '', targetId: '', type: '' }
const start: Position = { entityId: '', relationship: noRelationship }

const position = z.union([z.tuple([z.string()]), z.tuple([z.string(), z.string(), z.string()])])

const parsePosition = (value: unknown): Position | undefined => {
  const { data } = position.safeParse(value)
  if (data === undefined) return undefined
  if (data.length === 1) return { entityId: data[0], relationship: noRelationship }
  return { entityId: null, relationship: { sourceId: data[0], targetId: data[1], type: data[2] } }
}

const readPage = async (
  client: pg.PoolClient,
  { a, b, parts }: Diff,
  { entityId, relationship }: Position,
  limit: number,
) => {
  const found = entityId === null ? [] : await listEntityDifferences(client, a, b, parts, entityId, limit + 1)
  const entities = found.slice(0, limit).map(withoutSealed)
  if (found.length > limit) return { entities, relationships: [], next: [entities.at(-1)!.id] }
  const rest = limit - entities.length
  const more = await listRelationshipDifferences(client, a, b, parts, relationship, rest + 1)
  const relationships = more.slice(0, rest)
  const last = relationships.at(-1) ?? relationship
  const next = more.length > rest ? [last.sourceId, last.targetId, last.type] : undefined
  return { entities, relationships, next }
}

const withoutSealed = ({ entity, changes, ...rest }: EntityDifference): EntityDifference => ({
  ...rest,
  ...(entity !== undefined && { entity: hideSealed(entity) }),
  ...(changes !== undefined && { changes: hideSealedChanges(changes) }),
})

const readWhole = async (client: pg.PoolClient, { a, b, parts }: Diff) => ({
  summary: {
    entities: await countEntityDifferences(client, a, b, parts),
    relationships: await countRelationshipDifferences(client, a, b, parts),
  },
  settings: settingsChanges(a.settings, b.settings),
})

const settingsChanges = (a: WorldSettings, b: WorldSettings): Change[] =>
  (['snapshots', 'physics', 'ledger'] as const).flatMap((group) => keyChanges('', group, a[group], b[group]))

export const diffRoutes: Route<ApiContext>[] = [diff]
