import * as z from 'zod'
import { type CommitEntry, figuresOf } from '#ledger/commit'
import { readArchiveKey } from '#ledger/postgres/read-archived'
import { readEntries } from '#ledger/postgres/read-entries'
import { type HeadsFilter, listHeads, readHead } from '#ledger/postgres/read-heads'
import { readPseudonymous } from '#ledger/pseudonyms'
import { readArchivedEntries } from '#ledger/read-archived-commits'
import { notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { regionSchema } from '#world/spatial-query'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { cursor, limit } from '../api-world/schemas.ts'
import { archiveOf, fromArchive } from './archive-of.ts'
import {
  activitySchema,
  commitPath,
  epoch,
  headSchema,
  layerField,
  layerNameOf,
  worldField,
} from './schemas.ts'

const entrySchema = z
  .object({
    region: z.string(),
    correction: z.boolean().meta({ description: 'Of ticks that came after their span had been committed' }),
    count: z.number().meta({ description: 'Ticks of bodies' }),
    weight: z.number(),
    activity: activitySchema,
    entityRefs: z.array(z.string()).meta({
      description:
        'Entities that took part; 64 at most. One that was erased is the pseudonym that the commit has, which nobody can tell any more',
    }),
    late: z
      .object({ from: z.int(), to: z.int() })
      .optional()
      .meta({ description: 'Of a correction: the first and last of its ticks' }),
  })
  .meta({ id: 'CommitEntry' })

/** @param names the ids that pseudonyms stand for, as far as they are known. */
const shown = (entry: CommitEntry, names: ReadonlyMap<string, string>): z.output<typeof entrySchema> => {
  const { region, correction, count, entityRefs, lateFrom, lateTo } = entry
  const { weight, activityMean, activityVar } = figuresOf(entry)
  return {
    ...{ region, correction, count: Number(count), weight },
    activity: { mean: activityMean, variance: activityVar },
    entityRefs: entityRefs.map((ref) => names.get(ref) ?? ref).sort(),
    ...(correction && { late: { from: lateFrom, to: lateTo } }),
  }
}

const commitSchema = headSchema
  .omit({ entries: true })
  .extend({
    entryCount: z.int(),
    entries: z.array(entrySchema).meta({ description: 'Of this page, in Morton order' }),
  })
  .meta({ id: 'Commit' })

const commitQuery = z.strictObject({ world: worldField, limit, cursor })

const entryPosition = z.tuple([regionSchema, z.boolean()])

const get = route<ApiContext, typeof commitPath, typeof commitQuery, never>({
  method: 'GET',
  path: '/commit/{commitId}',
  operationId: 'getCommit',
  summary: 'A commit, its place in its chain, and what it says of regions; archived ones too',
  pathSchema: commitPath,
  querySchema: commitQuery,
  responses: {
    200: { description: 'The commit; Link: rel="next" where it has more entries', schema: commitSchema },
  },
  handle: async (context, { tenantId, origin, path: { commitId }, query, url, defaultWorld }) => {
    const { limit } = query
    const name = query.world ?? defaultWorld
    const position = decodeCursor(query.cursor, (value) => entryPosition.safeParse(value).data)
    const after = position && { region: position[0], correction: position[1] }
    const found = await readWorld(context, tenantId, name, undefined, async (client, { worldId }) => {
      const commit = await readHead(client, worldId, commitId)
      if (commit === undefined) throw notFound(`there is no commit '${commitId}' of '${name}'`)
      const { head, commitKey } = commit
      const archived = head.archive === null ? undefined : await readArchiveKey(client, worldId, commitId)
      const entries = archived === undefined ? await readEntries(client, commitKey, after, limit + 1) : []
      return { worldId, head, archived, entries }
    })
    const { archived, head } = found
    const entries =
      archived === undefined
        ? found.entries
        : await fromArchive(context, origin.requestId, () =>
            readArchivedEntries(archiveOf(context), archived, commitId, after, limit + 1),
          )
    const page = entries.slice(0, limit)
    const last = page.at(-1)
    const headers = entries.length > page.length ? nextLink(url, [last!.region, last!.correction]) : {}
    const { entries: entryCount, ...rest } = head
    const refs = page.flatMap(({ entityRefs }) => entityRefs)
    const names = await inTenantTransaction(context.readers, tenantId, (client) =>
      readPseudonymous(client, found.worldId, refs),
    )
    const shownEntries = page.map((entry) => shown(entry, names))
    return { status: 200, headers, body: { ...rest, entryCount, entries: shownEntries } }
  },
})

const listQuery = z
  .strictObject({
    world: worldField,
    layer: layerField,
    shard: regionSchema.optional().meta({ description: 'Only the chain of this shard: a region, or `*`' }),
    fromEpoch: epoch.optional().meta({ description: 'Spans that end at or after this tick' }),
    toEpoch: epoch.optional().meta({ description: 'Spans that end at or before this tick' }),
    limit,
    cursor,
  })
  .refine(({ fromEpoch = 0, toEpoch = Number.MAX_SAFE_INTEGER }) => fromEpoch <= toEpoch, {
    path: ['fromEpoch'],
    message: 'must not be after toEpoch',
  })

const headPosition = z.tuple([z.int().min(0), z.uuid()])

const parsePosition = (value: unknown): HeadsFilter['after'] => {
  const parsed = headPosition.safeParse(value).data
  return parsed && { epochEnd: parsed[0], commitId: parsed[1] }
}

const list = route<ApiContext, never, typeof listQuery, never>({
  method: 'GET',
  path: '/commits',
  operationId: 'listCommits',
  summary: 'Commits of a layer without their entries, those of the latest spans first',
  querySchema: listQuery,
  responses: {
    200: {
      description: 'Heads; Link: rel="next" where there are more',
      schema: z.object({ commits: z.array(headSchema) }),
    },
  },
  handle: (context, { tenantId, query: { world, layer, limit, cursor, ...range }, url, defaultWorld }) =>
    readWorld(context, tenantId, world ?? defaultWorld, undefined, async (client, { worldId, settings }) => {
      const after = decodeCursor(cursor, parsePosition)
      const filter = { ...range, layer: layerNameOf(layer, settings.ledger), after }
      const found = await listHeads(client, worldId, filter, limit + 1)
      const commits = found.slice(0, limit)
      const last = commits.at(-1)
      const headers = found.length > commits.length ? nextLink(url, [last!.epochEnd, last!.commitId]) : {}
      return { status: 200, headers, body: { commits } }
    }),
})

export const commitRoutes: Route<ApiContext>[] = [get, list]
