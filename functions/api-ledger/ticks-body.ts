import * as z from 'zod'
import type { EntityTick } from '#ledger/tick-rows'
import {
  activityLimit,
  boundedObjectSchema,
  coordinateSchema,
  idSchema,
  jitterLimit,
  quantitySchema,
} from '#world/schemas'
import { timestamp } from '../api-world/schemas.ts'

const ticksLimit = 10_000
const metaLimitBytes = 32 * 1024

const lastTick = 999_999_999_999_999

const tickNumber = (first: number, what: string) => {
  const expected = `must be a whole number of ${first} to ${lastTick}`
  return z.int(expected).min(first, expected).max(lastTick, expected).meta({ description: what })
}

const tick = z
  .strictObject({
    entityId: idSchema,
    tickId: tickNumber(1, 'Counts once for each entity'),
    x: coordinateSchema,
    y: coordinateSchema,
    z: coordinateSchema.default(0),
    activity: quantitySchema('What is committed', activityLimit),
    jitter: quantitySchema('Acceleration noise, units per second squared', jitterLimit).default(0),
    meta: boundedObjectSchema(metaLimitBytes)
      .optional()
      .meta({ description: 'Kept with the tick; a tick without it has none' }),
    timestamp: timestamp.optional().meta({ description: 'By the clock of whoever made the tick' }),
  })
  .meta({ id: 'EntityTick' })

export const ticksBody = z
  .strictObject({
    ticks: z
      .array(tick, 'must be an array of ticks')
      .max(ticksLimit, `must have at most ${ticksLimit} ticks`)
      .meta({ description: 'In any order' }),
    watermark: tickNumber(
      0,
      'Every tick up to this one has been posted: what comes later counts as a correction. Default: the highest tickId less the world’s ledger.latenessTicks',
    ).optional(),
  })
  .refine(({ ticks, watermark }) => ticks.length > 0 || watermark !== undefined, {
    path: ['ticks'],
    message: 'must have a tick where there is no watermark',
  })

type PostedTick = z.output<typeof ticksBody>['ticks'][number]

/** As the ledger has it. */
export const toEntityTick = ({ meta, timestamp: at, ...tick }: PostedTick): EntityTick => ({
  ...tick,
  ...(meta !== undefined && { meta }),
  ...(at !== undefined && { timestampMs: Date.parse(at) }),
})
