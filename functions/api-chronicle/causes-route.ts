import * as z from 'zod'
import { readCauses } from '#chronicle/read/causes'
import { wholeNumber } from '#platform/http/query-fields'
import { route } from '#platform/http/route'
import { type ApiContext, readWorld } from '../api-context.ts'
import { worldField } from '../api-ledger/schemas.ts'
import { degradation, degradedField } from './degradation.ts'
import { eventPath, noEvent } from './event-routes.ts'
import { chronicleEventPath, worldOf } from './schemas.ts'

const causesQuery = z.strictObject({
  world: worldField,
  direction: z
    .enum(['up', 'down'], 'must be up or down')
    .default('up')
    .meta({ description: 'up: what led to it; down: what it led to' }),
  depth: wholeNumber(1, 32).prefault('3'),
  limit: wholeNumber(1, 1_000).prefault('100').meta({ description: 'Events at most' }),
})

const causesSchema = z
  .object({
    events: z.array(
      z.object({
        id: z.string(),
        depth: z.int().meta({ description: 'Steps from the event' }),
        told: z.boolean().meta({ description: 'false: it is named only, and not told yet, or retracted' }),
        timestamp: z.string().optional(),
        eventType: z.string().optional(),
        action: z.string().optional(),
        summary: z.string().optional(),
      }),
    ),
    edges: z.array(z.object({ cause: z.string(), effect: z.string() })),
    truncated: z.boolean().meta({ description: 'More belongs to it than depth and limit let through' }),
    degraded: degradedField,
  })
  .meta({ id: 'CausalGraph' })

export const causesRoute = route<ApiContext, typeof chronicleEventPath, typeof causesQuery, never>({
  method: 'GET',
  path: `${eventPath}/causes`,
  operationId: 'getChronicleEventCauses',
  summary: 'What led to an event, or what it led to: an edge is there where either end names the other',
  pathSchema: chronicleEventPath,
  querySchema: causesQuery,
  responses: { 200: { description: 'A graph of events', schema: causesSchema } },
  handle: async (context, input) => {
    const world = worldOf(input)
    const { id: chronicleId, eventId } = input.path
    const { direction, depth, limit: eventLimit } = input.query
    return readWorld(context, input.tenantId, world, undefined, async (client, { worldId }) => {
      const asked = { chronicleId, eventId, direction, depth, eventLimit }
      const graph = await readCauses(client, worldId, asked)
      if (graph === undefined) throw noEvent(input.path, world)
      return { status: 200, body: { ...graph, ...(await degradation(client, worldId)) } }
    })
  },
})
