import * as z from 'zod'
import type { Command } from '#world/commands'
import { defaultRotation, defaultScale } from '#world/components'
import type { EntityCommand, JsonObject } from '#world/event'
import {
  activityLimit,
  boundedObjectSchema,
  classTypeSchema,
  jitterLimit,
  nameSchema,
  parametersSchema,
  positionSchema,
  quantitySchema,
} from '#world/schemas'

/** A command stands in the event's data and in its cause, and both together have to fit what a bus carries whole. */
const parametersLimitBytes = 32 * 1024

const parameters = boundedObjectSchema(parametersLimitBytes, parametersSchema).prefault({})

const rampTicksLimit = 1_000_000
const rampExpected = `must be a whole number of 0 to ${rampTicksLimit}`
const rampTicks = z
  .int(rampExpected)
  .min(0, rampExpected)
  .max(rampTicksLimit, rampExpected)
  .default(0)
  .meta({ description: 'The activity gets there by equal steps in so many ticks; 0: at the next one' })

const schemas = {
  setActivity: z.strictObject({
    value: quantitySchema('What the activity becomes', activityLimit),
    rampTicks,
  }),
  spawn: z.strictObject({
    position: positionSchema,
    name: nameSchema.optional().meta({ description: 'Default: the id' }),
    classType: classTypeSchema.default('Part'),
    parameters,
  }),
  despawn: z.strictObject({}).prefault({}),
  freeze: z.strictObject({ frozen: z.boolean('must be true or false').default(true) }).prefault({}),
  setJitter: z.strictObject({
    value: quantitySchema('Acceleration noise, units per second squared', jitterLimit),
  }),
  move: z.strictObject({ position: positionSchema }),
}

const names = Object.keys(schemas).join(', ')

const commandOf = <Name extends keyof typeof schemas>(cmd: Name) =>
  z.strictObject({ cmd: z.literal(cmd), params: schemas[cmd] })

export const entityCommandBody = z.discriminatedUnion(
  'cmd',
  [
    commandOf('setActivity'),
    commandOf('spawn'),
    commandOf('despawn'),
    commandOf('freeze'),
    commandOf('setJitter'),
    commandOf('move'),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? `must be one of ${names}` : undefined) },
)

export type EntityCommandBody = z.output<typeof entityCommandBody>

/** The same as the write path has it. */
export const toCommand = (entityId: string, body: EntityCommandBody): Command => {
  const set = (name: string, value: number | boolean) =>
    ({ kind: 'set-parameter', entityId, name, value, always: true }) as const
  switch (body.cmd) {
    case 'setActivity':
      return { ...set('activity', body.params.value), rampTicks: body.params.rampTicks }
    case 'setJitter':
      return set('jitter', body.params.value)
    case 'freeze':
      return set('anchored', body.params.frozen)
    case 'move':
      return { kind: 'move-entity', entityId, position: body.params.position }
    case 'despawn':
      return { kind: 'delete-entity', entityId }
    case 'spawn': {
      const { name = entityId, classType, position, parameters } = body.params
      const rest = { rotation: defaultRotation, scale: defaultScale, tags: [], extra: {} }
      return {
        kind: 'create-entity',
        entity: { id: entityId, name, classType, position, parameters, ...rest },
      }
    }
  }
}

/** What the cause of its events says. */
export const causeOfCommand = ({ cmd, params }: EntityCommandBody): EntityCommand => ({
  cmd,
  params: params as JsonObject,
})
