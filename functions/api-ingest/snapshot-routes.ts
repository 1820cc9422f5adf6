import type pg from 'pg'
import * as z from 'zod'
import { invalid, notFound } from '#platform/http/problem'
import { wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { findAway } from '#retention/postgres/batches'
import { PastArchived } from '#retention/recall'
import { tablesOf } from '#retention/sources'
import type { Json, JsonObject } from '#world/event'
import { lockForFork } from '#world/fork/find-fork-tick'
import { readAncestors } from '#world/read/ancestors'
import {
  findSnapshot,
  listSnapshots,
  readMetadata,
  type SceneSnapshot,
  type SnapshotFilter,
} from '#world/read/snapshots'
import { findWorld } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink } from '../api-context.ts'
import { timestamp } from '../api-world/schemas.ts'
import { reachSeq, withPast } from '../past.ts'
import { type ReadSnapshot, snapshotJson, snapshotSummary, snapshotsJson } from './snapshot-json.ts'

const spacePath = z.object({ space: worldNameSchema })
const snapshotPath = z.object({ space: worldNameSchema, id: z.uuid('must be the id of a snapshot') })

const listQuery = z.strictObject({
  limit: wholeNumber(1, 100).default(10),
  cursor: z.string().optional(),
  from: timestamp.optional().meta({ description: 'At or after this time' }),
  to: timestamp.optional().meta({ description: 'At or before this time' }),
  view: z.enum(['full', 'summary'], 'must be full or summary').default('full'),
  metadata: z
    .string()
    .optional()
    .meta({ description: 'JSON object that the metadata must contain, e.g. {"hierarchy_depth":3}' }),
})

const snapshotSchema = z
  .looseObject({
    id: z.uuid(),
    space_name: z.string(),
    timestamp: z.iso.datetime(),
    seq: z.int(),
    metadata: z.looseObject({}),
  })
  .meta({
    id: 'SceneSnapshot',
    description:
      'Full: also entities, connections, hierarchy {roots, parent_map, children_map, depth_map}, parameters by entity',
  })

const list = route<ApiContext, typeof spacePath, typeof listQuery, never>({
  method: 'GET',
  path: '/eustress/ingest/snapshots/{space}',
  operationId: 'listSnapshots',
  summary: 'Scene snapshots, newest first; full ones are streamed',
  pathSchema: spacePath,
  querySchema: listQuery,
  responses: {
    200: { description: 'Snapshots; Link: rel="next" where there are more', schema: z.array(snapshotSchema) },
  },
  handle: async (context, { tenantId, path: { space }, query, url }) => {
    const worldId = await worldIdOf(context, tenantId, space)
    const filter: SnapshotFilter = {
      from: query.from === undefined ? undefined : new Date(query.from),
      to: query.to === undefined ? undefined : new Date(query.to),
      after: decodeCursor(query.cursor, parsePosition),
      metadata: parseMetadata(query.metadata),
    }
    const { reads, next } = await readPage(context, { tenantId, worldId, space, filter, limit: query.limit })
    const headers = next === undefined ? {} : nextLink(url, [next.createdAt.toISOString(), next.snapshotId])
    return query.view === 'summary'
      ? { status: 200, headers, body: reads.map(snapshotSummary) }
      : { status: 200, headers, stream: snapshotsJson(context, reads) }
  },
})

const getOne = route<ApiContext, typeof snapshotPath, never, never>({
  method: 'GET',
  path: '/eustress/ingest/snapshots/{space}/{id}',
  operationId: 'getSnapshot',
  summary: 'One scene snapshot, streamed',
  pathSchema: snapshotPath,
  responses: { 200: { description: 'The full snapshot', schema: snapshotSchema } },
  handle: async (context, { tenantId, path: { space, id } }) => {
    const worldId = await worldIdOf(context, tenantId, space)
    const read = await withPast(context, tenantId, () =>
      inTenantTransaction(context.readers, tenantId, async (client): Promise<ReadSnapshot> => {
        const snapshot = await findHereOrAway(client, worldId, id)
        if (snapshot === undefined) throw notFound(`there is no snapshot ${id} of '${space}'`)
        return { tenantId, spaceName: space, snapshot, metadata: await readMetadataOf(client, snapshot) }
      }),
    )
    return { status: 200, stream: snapshotJson(context, read) }
  },
})

export const snapshotRoutes: Route<ApiContext>[] = [list, getOne]

const worldIdOf = (context: ApiContext, tenantId: string, space: string): Promise<string> =>
  inTenantTransaction(context.readers, tenantId, async (client) => {
    const world = await findWorld(client, tenantId, space)
    if (world === undefined) throw notFound(`there is no space '${space}'`)
    return world.worldId
  })

/** One that is not in the list any more may be in the archive. @throws PastArchived */
const findHereOrAway = async (
  client: pg.PoolClient,
  worldId: string,
  id: string,
): Promise<SceneSnapshot | undefined> => {
  const here = await findSnapshot(client, worldId, id)
  const logs = [{ worldId }, ...(here === undefined ? await readAncestors(client, worldId) : [])]
  for (const log of here === undefined ? logs : []) {
    const away = { sources: tablesOf('sceneSnapshots'), at: { after: 0, to: Number.MAX_SAFE_INTEGER } }
    if ((await findAway(client, log.worldId, away)).length > 0) throw new PastArchived(log.worldId, away)
  }
  return here
}

/** With the lock of forks, so that what is computed of the history finds all of it in the database. */
const readMetadataOf = async (
  client: pg.PoolClient,
  snapshot: SceneSnapshot,
): Promise<Awaited<ReturnType<typeof readMetadata>>> => {
  await lockForFork(client, snapshot.worldId)
  await reachSeq(client, snapshot.worldId, snapshot.seq, { kinds: ['history'] })
  return readMetadata(client, snapshot)
}

interface Page {
  tenantId: string
  worldId: string
  space: string
  filter: SnapshotFilter
  limit: number
}

/**
 * Up to `limit` snapshots that match, with their metadata, and where the next page begins. A snapshot that
 * nobody has read yet has no metadata to search: it is computed here, newest first, until the page is full.
 */
const readPage = async (
  context: ApiContext,
  { tenantId, worldId, space, filter, limit }: Page,
): Promise<{ reads: ReadSnapshot[]; next: SceneSnapshot | undefined }> => {
  const reads: ReadSnapshot[] = []
  let after = filter.after
  for (;;) {
    const page = await inTenantTransaction(context.readers, tenantId, (client) =>
      listSnapshots(client, worldId, { ...filter, after }, limit + 1),
    )
    for (const snapshot of page) {
      if (reads.length === limit) return { reads, next: reads.at(-1)!.snapshot }
      const metadata = await withPast(context, tenantId, () =>
        inTenantTransaction(context.readers, tenantId, (client) => readMetadataOf(client, snapshot)),
      )
      if (contains(metadata as unknown as JsonObject, filter.metadata))
        reads.push({ tenantId, spaceName: space, snapshot, metadata })
      after = { createdAt: snapshot.createdAt, snapshotId: snapshot.snapshotId }
    }
    if (page.length <= limit) return { reads, next: undefined }
  }
}

/** As jsonb `@>` for the flat objects that metadata is. */
const contains = (metadata: JsonObject, wanted: JsonObject | undefined): boolean =>
  wanted === undefined ||
  Object.entries(wanted).every(([key, value]) => JSON.stringify(metadata[key]) === JSON.stringify(value))

const parseMetadata = (text: string | undefined): JsonObject | undefined => {
  if (text === undefined) return undefined
  let value: Json
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw invalid([{ field: 'query.metadata', message: 'must be a JSON object such as {"hierarchy_depth":3}' }])
}

const position = z.tuple([z.iso.datetime(), z.uuid()])

const parsePosition = (value: unknown): SnapshotFilter['after'] => {
  const parsed = position.safeParse(value)
  return parsed.success ? { createdAt: new Date(parsed.data[0]), snapshotId: parsed.data[1] } : undefined
}
