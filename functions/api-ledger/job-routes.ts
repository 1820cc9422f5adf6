import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import {
  insertJob,
  type JobsFilter,
  type JobTask,
  jobKinds,
  jobStatuses,
  type LedgerJob,
  listJobs,
  readJob,
} from '#ledger/postgres/jobs'
import { notFound } from '#platform/http/problem'
import { type RequestOrigin, type Route, route } from '#platform/http/route'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { cursor, limit } from '../api-world/schemas.ts'
import { administer, ringHousekeeper } from './administer.ts'
import { epoch, layerSchema, worldField, worldQuery } from './schemas.ts'

const jobSchema = z
  .object({
    jobId: z.uuid(),
    kind: z.enum(jobKinds),
    params: z.looseObject({}),
    status: z.enum(jobStatuses),
    result: z
      .looseObject({})
      .nullable()
      .meta({ description: 'What came of it; of a failure its code and detail. null: not yet' }),
    requestedBy: z.string().meta({ description: 'The user, hashed' }),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'LedgerJob' })

/** The world of a job must be there when it is asked for; the rest shows when it is done. */
const ask = async (
  context: ApiContext,
  origin: RequestOrigin,
  world: string,
  operationId: string,
  task: JobTask,
) => {
  const body = await administer<LedgerJob>(
    context,
    origin,
    world,
    operationId,
    async (client, { worldId }) => {
      const { tenantId, requestId, subject: requestedBy } = origin
      const asked = { jobId: uuidv7(), requestId, requestedBy, task }
      const { job, isNew } = await insertJob(client, { worldId, tenantId }, asked)
      if (!isNew) return { status: 'repeated', answer: job }
      return { status: 'requested', audit: { jobId: job.jobId, ...task.params }, answer: job }
    },
  )
  // the next sweep rings too
  await ringHousekeeper(context)
  return { status: 202, body }
}

const asked = {
  202: { description: 'It will be done: GET /admin/ledger/jobs/{id} says when it is', schema: jobSchema },
}

const archiveQuery = z.strictObject({
  world: worldField,
  layer: layerSchema,
  beforeEpoch: epoch.meta({ description: 'Commits whose spans end before this tick' }),
})

const archive = route<ApiContext, never, typeof archiveQuery, never>({
  method: 'POST',
  path: '/admin/ledger/archive',
  operationId: 'archiveLedger',
  summary: 'Moves the entries of old commits of a layer to the archive, sooner than its policy does',
  querySchema: archiveQuery,
  responses: asked,
  handle: (context, { origin, query: { world, ...params }, defaultWorld }) =>
    ask(context, origin, world ?? defaultWorld, 'archiveLedger', { kind: 'archive', params }),
})

const restoreBody = z.strictObject({
  pointer: z
    .uuid('must be the pointer of an archive, as commits have it: a UUID')
    .meta({ description: 'Of an archive, as GET /commit/{commitId} has it' }),
})

const restore = route<ApiContext, never, typeof worldQuery, typeof restoreBody>({
  method: 'POST',
  path: '/admin/ledger/restore',
  operationId: 'restoreLedger',
  summary: 'Brings the entries of archived commits back, checked against their hashes',
  querySchema: worldQuery,
  bodySchema: restoreBody,
  responses: asked,
  handle: (context, { origin, query, body: params, defaultWorld }) =>
    ask(context, origin, query.world ?? defaultWorld, 'restoreLedger', { kind: 'restore', params }),
})

const commitId = z.uuid('must be the id of a commit: a UUID')
const replayBody = z.strictObject({
  layer: layerSchema,
  from: commitId.meta({ description: 'The first commit' }),
  to: commitId.meta({ description: 'The last commit, of the same chain' }),
})

const replay = route<ApiContext, never, typeof worldQuery, typeof replayBody>({
  method: 'POST',
  path: '/admin/ledger/replay',
  operationId: 'replayLedger',
  summary: 'Computes commits of a chain again from what they were made of, and compares the hashes',
  querySchema: worldQuery,
  bodySchema: replayBody,
  responses: asked,
  handle: (context, { origin, query, body: params, defaultWorld }) =>
    ask(context, origin, query.world ?? defaultWorld, 'replayLedger', { kind: 'replay', params }),
})

const verifyQuery = z.strictObject({
  world: worldField,
  layer: layerSchema.optional().meta({ description: 'Only this layer; default: all' }),
})

const verify = route<ApiContext, never, typeof verifyQuery, never>({
  method: 'POST',
  path: '/admin/ledger/verify',
  operationId: 'verifyLedger',
  summary: 'Checks every commit of a world against its hash and its chain, manifests, sums and gamma',
  querySchema: verifyQuery,
  responses: asked,
  handle: (context, { origin, query: { world, layer }, defaultWorld }) =>
    ask(context, origin, world ?? defaultWorld, 'verifyLedger', {
      kind: 'verify',
      params: { ...(layer !== undefined && { layer }) },
    }),
})

const jobPath = z.object({ id: z.uuid('must be the id of a job: a UUID') })

const getJob = route<ApiContext, typeof jobPath, typeof worldQuery, never>({
  method: 'GET',
  path: '/admin/ledger/jobs/{id}',
  operationId: 'getLedgerJob',
  summary: 'What became of a job of the ledger',
  pathSchema: jobPath,
  querySchema: worldQuery,
  responses: { 200: { description: 'The job', schema: jobSchema } },
  handle: (context, { tenantId, path: { id }, query, defaultWorld }) => {
    const name = query.world ?? defaultWorld
    return readWorld(context, tenantId, name, undefined, async (client, { worldId }) => {
      const job = await readJob(client, worldId, id)
      if (job === undefined) throw notFound(`there is no job '${id}' of '${name}'`)
      return { status: 200, body: job }
    })
  },
})

const jobsQuery = z.strictObject({
  world: worldField,
  status: z.enum(jobStatuses, `must be one of ${jobStatuses.join(', ')}`).optional(),
  limit,
  cursor,
})

const position = z.tuple([z.iso.datetime(), z.uuid()])

const parsePosition = (value: unknown): JobsFilter['after'] => {
  const parsed = position.safeParse(value).data
  return parsed && { createdAt: new Date(parsed[0]), jobId: parsed[1] }
}

const list = route<ApiContext, never, typeof jobsQuery, never>({
  method: 'GET',
  path: '/admin/ledger/jobs',
  operationId: 'listLedgerJobs',
  summary: 'Jobs of the ledger, newest first',
  querySchema: jobsQuery,
  responses: { 200: { description: 'Jobs', schema: z.object({ jobs: z.array(jobSchema) }) } },
  handle: (context, { tenantId, query: { world, status, limit, cursor }, url, defaultWorld }) =>
    readWorld(context, tenantId, world ?? defaultWorld, undefined, async (client, { worldId }) => {
      const filter = { status, after: decodeCursor(cursor, parsePosition) }
      const found = await listJobs(client, worldId, filter, limit + 1)
      const jobs = found.slice(0, limit)
      const last = jobs.at(-1)
      const headers =
        found.length > jobs.length ? nextLink(url, [last!.createdAt.toISOString(), last!.jobId]) : {}
      return { status: 200, headers, body: { jobs } }
    }),
})

/** Work of the ledger that is too long for a request. */
export const jobRoutes: Route<ApiContext>[] = [archive, restore, replay, verify, getJob, list]
