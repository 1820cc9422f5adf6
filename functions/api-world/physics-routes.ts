import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { wholeNumber } from '#platform/http/query-fields'
import { type RequestOrigin, type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { storeAudit } from '#world/postgres/store-audit'
import type { ApiContext } from '../api-context.ts'
import { answerFromHolder } from './from-holder.ts'
import { worldPath, writeResponses } from './schemas.ts'
import { answerWrite, settingsRequest } from './world-routes.ts'

const status = route<ApiContext, typeof worldPath, never, never>({
  method: 'GET',
  path: '/worlds/{world}/physics',
  operationId: 'getPhysics',
  summary: 'Bodies, tick, tick time, memory, lag behind the log and state hash of the world’s simulation',
  pathSchema: worldPath,
  responses: { 200: { description: 'The simulation', schema: z.looseObject({}) } },
  handle: (context, { tenantId, path }) => answerFromHolder(context, tenantId, path.world, 'GET', 'physics'),
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
