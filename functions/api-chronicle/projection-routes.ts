import type pg from 'pg'
import * as z from 'zod'
import {
  mergeEntities,
  operationLimits,
  splitEntity,
  TooManyOperations,
} from '#chronicle/projection/identity'
import { isKnownId, missingEvents } from '#chronicle/projection/postgres/known-ids'
import { projectionStatus } from '#chronicle/projection/status'
import { chronicleIdSchema, eventIdSchema } from '#chronicle/schemas'
import { HttpProblem, notFound } from '#platform/http/problem'
import { type RequestOrigin, type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { findWorld } from '#world/read/worlds'
import { idSchema } from '#world/schemas'
import { type ApiContext, readWorld } from '../api-context.ts'
import { worldOf, worldOnly } from './schemas.ts'

const statusSchema = z
  .object({
    enabled: z.boolean(),
    projectedSeq: z.int(),
    recordedSeq: z.int(),
    lag: z.int().meta({ description: 'Chronicle events that are not projected yet' }),
    degraded: z.boolean().meta({ description: 'Switched off, or failing: entities may not be as told' }),
    reason: z.enum(['off', 'failing']).optional(),
    failures: z.int().meta({ description: 'In a row' }),
    retryAt: z.iso.datetime().nullable(),
    refused: z
      .array(z.object({ target: z.string(), refusal: z.string() }))
      .meta({ description: 'What the world does not take, up to 100' }),
    unknownActions: z
      .array(z.object({ action: z.string(), events: z.int() }))
      .meta({ description: 'Actions that no rule knows; their events are kept' }),
    rebuilding: z.object({ purpose: z.string(), seq: z.int() }).nullable(),
    published: z.object({ seq: z.int(), failures: z.int() }).nullable(),
    verified: z.object({ at: z.iso.datetime(), differences: z.int() }).nullable(),
  })
  .meta({ id: 'ChronicleProjection' })

const status = route<ApiContext, never, typeof worldOnly, never>({
  method: 'GET',
  path: '/api/chronicles/projection',
  operationId: 'getChronicleProjection',
  summary: 'How far the entities of a world follow its chronicles, and what stands against it',
  querySchema: worldOnly,
  responses: { 200: { description: 'The projection', schema: statusSchema } },
  handle: (context, input) =>
    readWorld(context, input.tenantId, worldOf(input), undefined, async (client, { worldId }) => ({
      status: 200,
      body: await projectionStatus(client, worldId),
    })),
})

const operationAnswer = z.object({ operation: z.int().meta({ description: 'Counts up in its world' }) })
const operationResponses = {
  404: { description: 'There is no such world, entity or event' },
  200: { description: 'Noted; entities follow with the next projection', schema: operationAnswer },
  409: { description: `The world has ${operationLimits.operations} merges and splits, as many as it may` },
}

const mergeBody = z
  .strictObject({ from: idSchema, into: idSchema })
  .refine(({ from, into }) => from !== into, { path: ['into'], message: 'must be another entity than from' })

const merge = route<ApiContext, never, typeof worldOnly, typeof mergeBody>({
  method: 'POST',
  path: '/api/chronicles/entities/merge',
  operationId: 'mergeChronicleEntities',
  summary: 'Says that two entities of the chronicles are one: whoever is `from` in an event is `into`',
  querySchema: worldOnly,
  bodySchema: mergeBody,
  responses: operationResponses,
  handle: (context, input) =>
    operate(context, input.origin, worldOf(input), async (client, world) => {
      await mustBeKnown(client, world, { from: input.body.from, into: input.body.into })
      return mergeEntities(client, world, input.body, new Date())
    }),
})

const eventName = z.strictObject({ chronicleId: chronicleIdSchema, eventId: eventIdSchema })

const splitBody = z.strictObject({
  entityId: idSchema,
  newEntityId: idSchema,
  events: z
    .array(eventName, 'must be an array of {chronicleId, eventId}')
    .min(1, 'must name an event')
    .max(operationLimits.events, `must have at most ${operationLimits.events} events`),
})

const split = route<ApiContext, never, typeof worldOnly, typeof splitBody>({
  method: 'POST',
  path: '/api/chronicles/entities/split',
  operationId: 'splitChronicleEntity',
  summary: 'Says that it was not `entityId` in these events, but `newEntityId`',
  querySchema: worldOnly,
  bodySchema: splitBody,
  responses: operationResponses,
  handle: (context, input) =>
    operate(context, input.origin, worldOf(input), async (client, world) => {
      const { entityId, events } = input.body
      await mustBeKnown(client, world, { entityId })
      const missing = await missingEvents(client, world.worldId, events)
      if (missing.length > 0)
        throw unknown(missing.map((index) => [`events[${index}]`, 'must be an event of a chronicle']))
      return splitEntity(client, world, input.body, new Date())
    }),
})

type Operate = (
  client: Parameters<typeof mergeEntities>[0],
  world: { worldId: string; tenantId: string },
) => Promise<number>

const operate = async (
  context: ApiContext,
  { tenantId }: RequestOrigin,
  name: string,
  work: Operate,
): Promise<{ status: number; body: { operation: number } }> => {
  const done = await inTenantTransaction(context.readers, tenantId, async (client) => {
    const world = await findWorld(client, tenantId, name)
    if (world === undefined) throw notFound(`there is no world '${name}'`)
    const operation = await work(client, { worldId: world.worldId, tenantId }).catch(asProblem)
    return { worldId: world.worldId, operation }
  })
  context.chronicle?.afterCommit(done.worldId, 0)
  return { status: 200, body: { operation: done.operation } }
}

const mustBeKnown = async (
  client: pg.ClientBase,
  { worldId }: { worldId: string },
  ids: Record<string, string>,
): Promise<void> => {
  const faults: [string, string][] = []
  for (const [field, id] of Object.entries(ids))
    if (!(await isKnownId(client, worldId, id)))
      faults.push([field, `must be the id of an entity that is there or is told of: there is no '${id}'`])
  if (faults.length > 0) throw unknown(faults)
}

const unknown = (faults: readonly (readonly [field: string, message: string])[]): HttpProblem =>
  new HttpProblem(404, 'Not found', faults.map((fault) => fault.join(': ')).join('; '), {
    errors: faults.map(([field, message]) => ({ field, message })),
  })

const asProblem = (error: unknown): never => {
  if (error instanceof TooManyOperations) throw new HttpProblem(409, 'Too many operations', error.message)
  throw error
}

export const projectionRoutes: Route<ApiContext>[] = [status, merge, split]
