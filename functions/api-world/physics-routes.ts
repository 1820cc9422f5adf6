import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { type RequestOrigin, type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { storeAudit } from '#world/postgres/store-audit'
import { readNear } from '#world/read/near'
import { idSchema } from '#world/schemas'
import { type ApiContext, readWorld } from '../api-context.ts'
import { readPastPhysics } from './past-physics.ts'
import { askHolder, holderAddress } from './physics-client.ts'
import { asOf, queryCoordinate, queryNumber, wholeNumber, worldPath, writeResponses } from './schemas.ts'
import { physicsStarting, wantPhysics } from './want-physics.ts'
import { answerWrite, settingsRequest } from './world-routes.ts'

const nearLimit = 1_000

const nearQuery = z
  .strictObject({
    x: queryCoordinate,
    y: queryCoordinate,
    z: queryCoordinate,
    r: queryNumber
      .refine((value) => value >= 0, 'must not be negative')
      .optional()
      .meta({ description: 'Radius in units' }),
    k: wholeNumber(1, nearLimit).optional().meta({ description: 'How many, nearest first' }),
  })
  .refine(({ r, k }) => r !== undefined || k !== undefined, {
    path: ['r'],
    message: 'one of r (radius) and k (how many) must be given',
  })

const nearSchema = z
  .object({
    source: z
      .enum(['octree', 'database'])
      .meta({ description: 'database: no physics service holds the world' }),
    entities: z.array(
      z.object({
        id: z.string(),
        position: z.array(z.number()).length(3),
        distance: z.number(),
        activity: z.number(),
      }),
    ),
  })
  .meta({ id: 'Near' })

const physicsSchema = z
  .looseObject({
    tick: z.int(),
    seq: z.int().meta({ description: 'The last event that was taken up' }),
    bodies: z.int(),
    active: z.int().meta({ description: 'Bodies of activity > 0' }),
    stateHash: z.string(),
    entities: z
      .array(
        z.object({
          id: z.string(),
          position: z.array(z.number()).length(3),
          velocity: z.array(z.number()).length(3),
          mass: z.number(),
          activity: z.number(),
          jitter: z.number(),
          anchored: z.boolean(),
        }),
      )
      .optional()
      .meta({ description: 'Of the past: those that were asked for' }),
    missing: z
      .array(z.string())
      .optional()
      .meta({ description: 'Of the past: those that were asked for and had no body' }),
  })
  .meta({ id: 'Physics' })

const near = route<ApiContext, typeof worldPath, typeof nearQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/near',
  operationId: 'near',
  summary: `Entities near a point, within r or the k nearest (at most ${nearLimit}), nearest first`,
  pathSchema: worldPath,
  querySchema: nearQuery,
  responses: { 200: { description: 'Entities', schema: nearSchema } },
  handle: async (context, { tenantId, path, query: { x, y, z, r, k } }) => {
    const { worldId } = await readWorld(context, tenantId, path.world, undefined, async (_, world) => world)
    const asked = await fromHolder(context, tenantId, worldId, 'GET', `near?${nearSearch({ x, y, z, r, k })}`)
    if (asked !== undefined)
      return { status: 200, body: { source: 'octree', entities: (asked as { entities: unknown }).entities } }
    const entities = await readWorld(context, tenantId, path.world, undefined, (client) =>
      readNear(client, worldId, [x, y, z], r ?? null, k ?? nearLimit),
    )
    return { status: 200, body: { source: 'database', entities } }
  },
})

const nearSearch = (query: Record<string, number | undefined>): string => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  if (query.k === undefined) search.set('limit', String(nearLimit))
  return search.toString()
}

const fromHolder = async (
  context: ApiContext,
  tenantId: string,
  worldId: string,
  method: 'GET' | 'POST',
  path: string,
) => {
  const address = await holderAddress(context, tenantId, worldId)
  return address === undefined ? undefined : askHolder(address, method, `/worlds/${worldId}/${path}`)
}

const wholeTick = wholeNumber(0, 999_999_999_999_999)

const statusQuery = z
  .strictObject({
    tick: wholeTick.optional().meta({ description: 'The state after this tick instead of the one now' }),
    asOf: asOf.meta({
      description: 'The state after the last tick that had taken up no event after this seq',
    }),
    entity: z
      .array(idSchema)
      .max(100, 'may be given 100 times')
      .default([])
      .meta({ description: 'With tick or asOf: an entity whose body is answered; may be repeated' }),
  })
  .refine(({ tick, asOf }) => tick === undefined || asOf === undefined, {
    path: ['asOf'],
    message: 'only one of tick and asOf may be given',
  })
  .refine(({ tick, asOf, entity }) => entity.length === 0 || (tick ?? asOf) !== undefined, {
    path: ['entity'],
    message: 'needs tick or asOf',
  })

const status = route<ApiContext, typeof worldPath, typeof statusQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/physics',
  operationId: 'getPhysics',
  summary:
    'Bodies, tick, tick time, memory, lag behind the log and state hash of the world’s simulation; or its state after a past tick',
  pathSchema: worldPath,
  querySchema: statusQuery,
  repeated: ['entity'],
  responses: {
    200: { description: 'The simulation, or with tick or asOf its past state', schema: physicsSchema },
    410: { description: 'The tick is no longer retained; oldestTick says which is' },
    422: { description: 'The tick has not been reached; lastTick says which is the last' },
    503: {
      description:
        'No physics service answers yet, or the state is being rebuilt; Retry-After says when to ask',
    },
  },
  handle: async (context, { tenantId, path: { world }, query: { tick, asOf, entity } }) => {
    if (tick === undefined && asOf === undefined)
      return answerFromHolder(context, tenantId, world, 'GET', 'physics')
    const { worldId } = await readWorld(context, tenantId, world, asOf, async (_, found) => found)
    const moment = tick === undefined ? { seq: asOf! } : { tick }
    return {
      status: 200,
      body: await readPastPhysics(context, { tenantId, worldId, world }, moment, entity),
    }
  },
})

const answerFromHolder = async (
  context: ApiContext,
  tenantId: string,
  name: string,
  method: 'GET' | 'POST',
  path: string,
) => {
  const { worldId } = await readWorld(context, tenantId, name, undefined, async (_, world) => world)
  const body = await fromHolder(context, tenantId, worldId, method, path)
  if (body !== undefined) return { status: 200, body }
  await wantPhysics(context, tenantId, worldId)
  throw physicsStarting(name)
}

const setPaused = (action: 'pause' | 'resume') =>
  route<ApiContext, typeof worldPath, never, never>({
    method: 'POST',
    path: `/worlds/{world}/physics/${action}`,
    operationId: `${action}Physics`,
    summary: action === 'pause' ? 'Stops ticking at the next tick' : 'Goes on ticking',
    pathSchema: worldPath,
    responses: writeResponses,
    handle: (context, { origin, path: { world } }) =>
      answerWrite(
        context,
        settingsRequest(origin, `${action}Physics`, world, { physics: { paused: action === 'pause' } }),
        'path.world',
      ),
  })

const stepQuery = z.strictObject({
  ticks: wholeNumber(1, 1_000).default(1),
})

const step = route<ApiContext, typeof worldPath, typeof stepQuery, never>({
  method: 'POST',
  path: '/worlds/{world}/physics/step',
  operationId: 'stepPhysics',
  summary: 'Runs some ticks of a paused world and answers when they are durable',
  pathSchema: worldPath,
  querySchema: stepQuery,
  responses: {
    200: { description: 'The simulation after them', schema: z.looseObject({}) },
    409: { description: 'Not paused' },
  },
  handle: async (context, { tenantId, origin, path: { world }, query: { ticks } }) => {
    await auditStep(context, origin, world, ticks)
    return answerFromHolder(context, tenantId, world, 'POST', `physics/step?ticks=${ticks}`)
  },
})

/** The step happens in another process: that it was asked for is kept before it can take effect. */
const auditStep = (
  { readers }: ApiContext,
  { tenantId, requestId, subject }: RequestOrigin,
  world: string,
  ticks: number,
): Promise<void> =>
  inTenantTransaction(readers, tenantId, (client) =>
    storeAudit(
      client,
      { tenantId, world },
      {
        ...{ auditId: uuidv7(), requestId, subject, action: 'stepPhysics' },
        outcome: { status: 'requested', ticks },
      },
    ),
  )

export const physicsRoutes: Route<ApiContext>[] = [
  near,
  status,
  setPaused('pause'),
  setPaused('resume'),
  step,
]
