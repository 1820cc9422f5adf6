import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { wholeNumber } from '#platform/http/query-fields'
import { type RequestOrigin, type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { storeAudit } from '#world/postgres/store-audit'
import { ancestorAtTick, readAncestors } from '#world/read/ancestors'
import { idSchema } from '#world/schemas'
import { type ApiContext, readWorld } from '../api-context.ts'
import { answerFromHolder } from './from-holder.ts'
import { readPastPhysics } from './past-physics.ts'
import { asOf, worldPath, writeResponses } from './schemas.ts'
import { answerWrite, settingsRequest } from './world-routes.ts'

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
    const { worldId, moment } = await readWorld(
      context,
      tenantId,
      world,
      asOf,
      async (client, found) => {
        const { worldId, upToTick } = found
        if (tick === undefined) return { worldId, moment: { seq: asOf!, upToTick } }
        const ancestor = ancestorAtTick(await readAncestors(client, worldId), tick)
        return { worldId: ancestor?.worldId ?? worldId, moment: { tick } }
      },
      { kinds: [] },
    )
    return {
      status: 200,
      body: await readPastPhysics(context, { tenantId, worldId, world }, moment, entity),
    }
  },
})

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
    504: { description: 'They take longer than 30 s, and go on' },
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

export const physicsRoutes: Route<ApiContext>[] = [status, setPaused('pause'), setPaused('resume'), step]
