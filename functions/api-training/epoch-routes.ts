import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { HttpProblem, invalid, notFound } from '#platform/http/problem'
import { queryNumber, wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { consolidateEpochs, EpochsChanged, makeEpoch, TooManySnapshots } from '#training/make-epoch'
import { type EpochsFilter, listEpochs } from '#training/postgres/read-epochs'
import { cellSizeLimits } from '#training/settings'
import { findWorld, listWorlds, type World } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink } from '../api-context.ts'
import { cursor, timestamp } from '../api-world/schemas.ts'
import { withPast } from '../past.ts'
import { epochJson, epochSchema, filtersSchema, listedEpochJson, listedEpochSchema } from './epoch-json.ts'
import { pastRead, snapshotRecall } from './past-read.ts'
import { epochOf, epochPath, spaceOf, spacePath } from './space.ts'

const epochContext = (context: ApiContext, tenantId: string) => ({
  ...{ pool: context.readers, slow: context.forks.pool, newId: uuidv7 },
  ...{ read: pastRead(context, tenantId), recallSnapshots: snapshotRecall(context, tenantId) },
})

const createBody = z
  .strictObject({
    start_time: timestamp.meta({ description: 'Scene snapshots at or after this time' }),
    end_time: timestamp.meta({ description: 'At or before this time' }),
    filters: filtersSchema.prefault({}),
    cell_size: z
      .number('must be a number')
      .min(cellSizeLimits.min, 'must be at least 2^-20')
      .max(cellSizeLimits.max, 'must be at most 2^40')
      .optional()
      .meta({ description: 'In units; default: the setting training.cellSizeUnits of the space' }),
  })
  .refine((body) => new Date(body.start_time) <= new Date(body.end_time), {
    path: ['end_time'],
    message: 'must not be before start_time',
  })

const create = route<ApiContext, typeof spacePath, never, typeof createBody>({
  method: 'POST',
  path: '/eustress/epochs/{space}',
  operationId: 'createEpoch',
  summary: 'Makes a training set of the scene snapshots in a time range: docs/training.md',
  pathSchema: spacePath,
  bodySchema: createBody,
  responses: {
    200: { description: 'The epoch; the same X-Request-Id again: the same one', schema: epochSchema },
  },
  handle: async (context, { tenantId, origin: { requestId }, path: { space }, body }) => {
    const world = await spaceOf(context, tenantId, space)
    const { training } = world.settings
    const epoch = await withPast(context, tenantId, () =>
      makeEpoch(epochContext(context, tenantId), {
        ...{ tenantId, requestId, world, filters: body.filters },
        startTime: new Date(body.start_time),
        endTime: new Date(body.end_time),
        training: { ...training, cellSizeUnits: body.cell_size ?? training.cellSizeUnits },
      }),
    ).catch((error) => {
      throw error instanceof TooManySnapshots
        ? invalid([{ field: 'end_time', message: error.message }])
        : error
    })
    return { status: 200, body: epochJson(epoch, space) }
  },
})

const listFields = {
  limit: wholeNumber(1, 1_000).default(100),
  cursor,
  from: timestamp.optional().meta({ description: 'Epochs that reach to this time or beyond' }),
  to: timestamp.optional().meta({ description: 'Epochs that begin at or before this time' }),
  min_quality: queryNumber
    .refine((value) => value >= 0 && value <= 1, 'must be a number of 0 to 1')
    .optional()
    .meta({ description: 'Of the epoch’s quality score' }),
  consolidated: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .meta({ description: 'true: also those that were merged into others' }),
}
const listQuery = z.strictObject(listFields)

const listAnswer = z.object({ epochs: z.array(listedEpochSchema) })
const listResponses = {
  200: { description: 'Epochs, those that begin last first, without snapshot_ids', schema: listAnswer },
}

const position = z.tuple([z.iso.datetime(), z.uuid()])
const parsePosition = (value: unknown): EpochsFilter['after'] => {
  const parsed = position.safeParse(value).data
  return parsed && { startTime: new Date(parsed[0]), epochId: parsed[1] }
}

/** A page of the epochs of worlds, by name. */
const answerList = async (
  { readers }: ApiContext,
  tenantId: string,
  names: ReadonlyMap<string, string>,
  query: z.output<typeof listQuery>,
  url: URL,
) => {
  const time = (text: string | undefined) => (text === undefined ? undefined : new Date(text))
  const filter: EpochsFilter = {
    ...{ from: time(query.from), to: time(query.to), minQuality: query.min_quality },
    consolidated: query.consolidated === 'true',
    after: decodeCursor(query.cursor, parsePosition),
  }
  const found = await inTenantTransaction(readers, tenantId, (client) =>
    listEpochs(client, [...names.keys()], filter, query.limit + 1),
  )
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  const headers =
    found.length > page.length ? nextLink(url, [last!.startTime.toISOString(), last!.epochId]) : {}
  return {
    status: 200,
    headers,
    body: { epochs: page.map((epoch) => listedEpochJson(epoch, names.get(epoch.worldId)!)) },
  }
}

const list = route<ApiContext, typeof spacePath, typeof listQuery, never>({
  method: 'GET',
  path: '/eustress/epochs/{space}',
  operationId: 'listEpochs',
  summary: 'Training sets of a space',
  pathSchema: spacePath,
  querySchema: listQuery,
  responses: listResponses,
  handle: async (context, { tenantId, path: { space }, query, url }) => {
    const { worldId } = await spaceOf(context, tenantId, space)
    return answerList(context, tenantId, new Map([[worldId, space]]), query, url)
  },
})

const spaceLimit = 1_000

const searchQuery = z.strictObject({
  ...listFields,
  spaces: z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .refine((names) => names.length <= spaceLimit, `must be at most ${spaceLimit} spaces`)
    .refine((names) => names.every((name) => worldNameSchema.safeParse(name).success), {
      message: 'must be names of spaces, separated by commas',
    })
    .optional()
    .meta({
      description:
        'Names, separated by commas (a name with a comma in it: ask for it alone by its path); default: all',
    }),
})

const search = route<ApiContext, never, typeof searchQuery, never>({
  method: 'GET',
  path: '/eustress/epochs',
  operationId: 'searchEpochs',
  summary: 'Training sets of several spaces',
  querySchema: searchQuery,
  responses: listResponses,
  handle: async (context, { tenantId, query: { spaces, ...query }, url }) => {
    const worlds = await inTenantTransaction(context.readers, tenantId, async (client) => {
      if (spaces === undefined) return listWorlds(client, tenantId, '', spaceLimit)
      const found: World[] = []
      for (const space of spaces) {
        const world = await findWorld(client, tenantId, space)
        if (world === undefined) throw notFound(`there is no space '${space}'`)
        found.push(world)
      }
      return found
    })
    return answerList(
      context,
      tenantId,
      new Map(worlds.map(({ worldId, name }) => [worldId, name])),
      query,
      url,
    )
  },
})

const getOne = route<ApiContext, typeof epochPath, never, never>({
  method: 'GET',
  path: '/eustress/epochs/{space}/{id}',
  operationId: 'getEpoch',
  summary: 'A training set: its snapshots and statistics',
  pathSchema: epochPath,
  responses: { 200: { description: 'The epoch', schema: epochSchema } },
  handle: async (context, { tenantId, path: { space, id } }) => {
    const { epoch } = await epochOf(context, tenantId, space, id)
    return { status: 200, body: epochJson(epoch, space) }
  },
})

const consolidateBody = z
  .strictObject({ from: timestamp.optional(), to: timestamp.optional() })
  .meta({ description: 'Which epochs: those that reach into this time; default: all of the space' })

const consolidate = route<ApiContext, typeof spacePath, never, typeof consolidateBody>({
  method: 'POST',
  path: '/eustress/epochs/{space}/consolidate',
  operationId: 'consolidateEpochs',
  summary: 'Merges epochs whose time ranges touch or overlap, where they have the same filters and settings',
  pathSchema: spacePath,
  bodySchema: consolidateBody,
  responses: {
    200: {
      description: 'The new epochs; what they were made of stays, marked by consolidated_into',
      schema: z.object({ epochs: z.array(epochSchema) }),
    },
    409: { description: 'Another request merges the same ones' },
  },
  handle: async (context, { tenantId, origin: { requestId }, path: { space }, body }) => {
    const world = await spaceOf(context, tenantId, space)
    const from = body.from === undefined ? undefined : new Date(body.from)
    const to = body.to === undefined ? undefined : new Date(body.to)
    const made = await withPast(context, tenantId, () =>
      consolidateEpochs(epochContext(context, tenantId), {
        tenantId,
        requestId,
        world,
        from,
        to,
      }),
    ).catch((error) => {
      if (error instanceof TooManySnapshots) throw invalid([{ field: 'to', message: error.message }])
      if (!(error instanceof EpochsChanged)) throw error
      throw new HttpProblem(409, 'Conflict with what there is', `${error.message}; send the request again.`)
    })
    return { status: 200, body: { epochs: made.map((epoch) => epochJson(epoch, space)) } }
  },
})

// a consolidation has two segments as one epoch has: it is another method
export const epochRoutes: Route<ApiContext>[] = [search, create, list, consolidate, getOne]
