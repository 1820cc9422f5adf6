import * as z from 'zod'
import { wholeNumber } from '#platform/http/query-fields'
import { asOfSchema, idSchema, worldNameSchema } from '#world/schemas'

export const worldPath = z.object({ world: worldNameSchema })
export const entityPath = z.object({ world: worldNameSchema, id: idSchema })

export const limit = wholeNumber(1, 1_000).default(100)
export const cursor = z.string().optional().meta({ description: 'From the Link header of the page before' })
export const asOf = asOfSchema.optional()

export const timestamp = z.iso.datetime({
  offset: true,
  error: 'must be an ISO 8601 time such as 2026-11-21T12:00:00Z',
})

export const entitySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    classType: z.string(),
    position: z.array(z.number()).length(3).meta({ description: 'As last written, world units' }),
    rotation: z.array(z.number()).length(4),
    scale: z.array(z.number()).length(3),
    tags: z.array(z.string()),
    parameters: z.looseObject({}),
    extra: z
      .looseObject({})
      .meta({ description: 'Fields of the engine that Orrery does not know, as they came' }),
    components: z
      .record(z.string(), z.looseObject({}))
      .optional()
      .meta({ description: 'Of registered types, by type; absent: none. Sensitive ones are sealed' }),
    archetype: z.string().meta({ description: 'Types of the components it has, joined by +' }),
    fluxPosition: z.int().min(1).max(9),
    seq: z.int().meta({ description: 'Of the event that made it so' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Entity' })

export const entityWithPhysicsSchema = entitySchema
  .extend({
    physics: z
      .object({
        tick: z.int(),
        position: z.array(z.number()).length(3),
        velocity: z.array(z.number()).length(3),
        activity: z.number(),
      })
      .nullable()
      .meta({
        description:
          'Simulated state; as of a seq: after the last tick that had taken up no later event. Null where physicsAbsence says why, or where the entity has no body',
      }),
    physicsAbsence: z.enum(['not-asked', 'no-body', 'not-retained', 'unavailable']).optional().meta({
      description:
        'As of a seq, where physics is null. no-body: it had none then; not-retained: no checkpoint is that old any more; unavailable: no physics service can answer now, ask again',
    }),
  })
  .meta({ id: 'EntityWithPhysics' })

export const worldSchema = z
  .object({
    worldId: z.uuid(),
    name: z.string(),
    seq: z.int(),
    entityCount: z.int(),
    relationshipCount: z.int(),
    settings: z.looseObject({}),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    degraded: z.boolean().meta({
      description: 'Its entities may not be as its chronicles tell: their projection is off, or failing',
    }),
    parent: z
      .object({
        worldId: z.uuid(),
        name: z.string(),
        seq: z.int().meta({ description: 'Up to this one its history is the fork’s; reads go there' }),
        tick: z.int().nullable().meta({
          description: 'Its last tick that is in the fork’s past; null where none could be rebuilt',
        }),
      })
      .nullable()
      .meta({ description: 'What it was forked of; null for a world of its own' }),
  })
  .meta({ id: 'World' })

export const relationshipSchema = z
  .object({
    sourceId: z.string(),
    targetId: z.string(),
    type: z.string(),
    strength: z.number(),
    label: z.string().nullable(),
    data: z.looseObject({}),
    seq: z.int(),
  })
  .meta({ id: 'Relationship' })

const writeAnswer = z
  .object({
    status: z.enum(['applied', 'waiting']),
    seq: z.int().nullable().meta({ description: 'The world’s seq after it; null while it waits' }),
    events: z.int().nullable(),
    requestId: z.string(),
  })
  .meta({ id: 'WriteAnswer' })

export const writeResponses = {
  200: { description: 'Applied, or everything already was so', schema: writeAnswer },
  202: {
    description: 'Accepted: the database is away, it is applied in order when it is back',
    schema: writeAnswer,
  },
}
