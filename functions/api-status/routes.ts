import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { WriteOutcome } from '#world/commands'
import { isUnderWay } from '#world/fork/under-way'
import { idSchema, worldNameSchema } from '#world/schemas'
import type { ApiContext } from '../api-context.ts'
import { auditRoute } from './audit-route.ts'
import { costsRoute } from './costs-route.ts'
import { deadLetterRoutes } from './dead-letter-routes.ts'
import { worldHealthRoute } from './health-route.ts'

const healthSchema = z
  .object({ status: z.enum(['up', 'degraded']), parts: z.record(z.string(), z.enum(['up', 'down'])) })
  .meta({ id: 'Health' })

const health = route<ApiContext, never, never, never>({
  method: 'GET',
  path: '/healthz',
  operationId: 'health',
  summary: 'What is up; 200 as long as writes are accepted',
  responses: { 200: { description: 'The parts', schema: healthSchema } },
  handle: async (context) => {
    const parts = Object.entries(await context.health())
    return {
      status: 200,
      body: {
        status: parts.every(([, isUp]) => isUp) ? 'up' : 'degraded',
        parts: Object.fromEntries(parts.map(([name, isUp]) => [name, isUp ? 'up' : 'down'])),
      },
    }
  },
})

const requestPath = z.object({ id: idSchema })
const requestQuery = z.strictObject({
  world: worldNameSchema.optional().meta({ description: 'Or the header X-World; default `default`' }),
})

const requestSchema = z
  .object({
    requestId: z.string(),
    world: z.string(),
    status: z.enum(['applied', 'refused', 'waiting', 'running']),
    seq: z.int().optional(),
    events: z.int().optional(),
    snapshotId: z.string().nullable().optional(),
    refusal: z.looseObject({ code: z.string(), detail: z.string() }).optional(),
  })
  .meta({ id: 'RequestOutcome' })

const getRequest = route<ApiContext, typeof requestPath, typeof requestQuery, never>({
  method: 'GET',
  path: '/requests/{id}',
  operationId: 'getRequest',
  summary: 'What became of a write request',
  pathSchema: requestPath,
  querySchema: requestQuery,
  responses: {
    200: {
      description: 'Its outcome, or that it waits for the database, or is a fork that is being made',
      schema: requestSchema,
    },
  },
  handle: async ({ readers, overflow }, { tenantId, path: { id }, query, defaultWorld }) => {
    const world = query.world ?? defaultWorld
    if (await overflow.isWaiting({ tenantId, world }, id))
      return { status: 200, body: { requestId: id, world, status: 'waiting' } }
    const outcome = await inTenantTransaction(readers, tenantId, async (client) => {
      const isRunning = await isUnderWay(client, { tenantId, world, requestId: id })
      const text = 'SELECT outcome FROM requests WHERE tenant_id = $1 AND world = $2 AND request_id = $3'
      const { rows } = await client.query<{ outcome: WriteOutcome }>(text, [tenantId, world, id])
      return rows[0]?.outcome ?? (isRunning ? { status: 'running' as const } : undefined)
    })
    if (outcome === undefined) throw notFound(`there is no request '${id}' of world '${world}'`)
    return { status: 200, body: { requestId: id, world, ...outcome } }
  },
})

export const statusRoutes: Route<ApiContext>[] = [
  health,
  getRequest,
  auditRoute,
  worldHealthRoute,
  costsRoute,
  ...deadLetterRoutes,
]
