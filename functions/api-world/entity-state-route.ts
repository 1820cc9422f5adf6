import * as z from 'zod'
import { readEntityState } from '#ledger/postgres/entity-state'
import { notFound } from '#platform/http/problem'
import { route } from '#platform/http/route'
import { idSchema } from '#world/schemas'
import { type ApiContext, readWorld } from '../api-context.ts'
import { worldQuery } from '../api-ledger/schemas.ts'

const entityPath = z.object({ id: idSchema })

const stateSchema = z
  .object({
    entityId: z.string(),
    tick: z.int().meta({ description: 'The last one; of the physics, the last one that it wrote down' }),
    position: z.array(z.number()).length(3).meta({ description: 'x, y, z in world units' }),
    activity: z.number(),
    jitter: z.number(),
    activityHistory: z.array(z.tuple([z.int(), z.number()])).meta({
      description:
        'Tick and activity of each change among its last 1,000 ticks that are kept: 100 at most, oldest first. Empty where the physics makes the ticks',
    }),
    meta: z.looseObject({}).meta({ description: 'Of that tick; empty where the physics makes the ticks' }),
    timestamp: z.iso.datetime().nullable().meta({ description: 'As the producer of the tick said' }),
  })
  .meta({ id: 'EntityState' })

export const entityStateRoute = route<ApiContext, typeof entityPath, typeof worldQuery, never>({
  method: 'GET',
  path: '/entity/{id}/state',
  operationId: 'getEntityState',
  summary:
    'What the producer of the world’s ticks last said of an entity: the physics, or an external service',
  pathSchema: entityPath,
  querySchema: worldQuery,
  responses: {
    200: { description: 'Its state', schema: stateSchema },
    404: { description: 'No such world, or nothing is known of the entity' },
  },
  handle: (context, { tenantId, path: { id }, query, defaultWorld }) => {
    const name = query.world ?? defaultWorld
    return readWorld(context, tenantId, name, undefined, async (client, { worldId, settings }) => {
      const state = await readEntityState(client, worldId, id, settings.ledger.producer)
      if (state === undefined) throw notFound(`nothing is known of an entity '${id}' in '${name}'`)
      return { status: 200, body: state }
    })
  },
})
