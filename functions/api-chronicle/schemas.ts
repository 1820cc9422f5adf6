import * as z from 'zod'
import { chronicleEventSchema, chronicleIdSchema, eventIdSchema } from '#chronicle/schemas'
import { invalid } from '#platform/http/problem'
import { worldNameSchema } from '#world/schemas'
import { worldField } from '../api-ledger/schemas.ts'
import { degradedField } from './degradation.ts'

export const chroniclePath = z.object({ id: chronicleIdSchema })
export const chronicleEventPath = z.object({ id: chronicleIdSchema, eventId: eventIdSchema })
export const worldOnly = z.strictObject({ world: worldField })

interface NamesWorld {
  query: { world?: string | undefined }
  defaultWorld: string
}

/**
 * The world that a request means; a write may make it, so that its name in the header must be one as well.
 *
 * @throws HttpProblem 400 for a header that is no name of a world.
 */
export const worldOf = ({ query, defaultWorld }: NamesWorld): string => {
  if (query.world !== undefined) return query.world
  const name = worldNameSchema.safeParse(defaultWorld)
  if (name.success) return name.data
  throw invalid([{ field: 'headers.X-World', message: name.error.issues[0]!.message }])
}

export const chronicleSchema = z
  .object({
    id: z.string(),
    title: z
      .string()
      .meta({ description: 'Its id, where its first events made it and nobody has named it yet' }),
    description: z.string(),
    eventCount: z.int().meta({ description: 'Of now; without those that are retracted' }),
    seq: z.int().meta({ description: 'Of the event that made it' }),
    createdAt: z.iso.datetime(),
    degraded: degradedField,
  })
  .meta({ id: 'Chronicle' })

export const eventRecordSchema = z
  .looseObject({
    id: z.string(),
    timestamp: z.string(),
    version: z.int().meta({ description: '1, and one more for each change' }),
    seq: z.int().meta({ description: 'Of the event of the log that made it so' }),
    recordedAt: z.iso.datetime(),
    retracted: z.boolean(),
    reason: z.string().optional().meta({ description: 'Of a retraction' }),
    degraded: degradedField,
  })
  .meta({ id: 'ChronicleEventRecord', description: 'A ChronicleEvent with what the log says of it' })

/** What an answer adds to an event, which may come back with it. */
const recordFields = ['version', 'seq', 'recordedAt', 'retracted', 'reason', 'degraded'] as const

/** A whole event; what a GET added to it is passed over. */
export const wholeEventSchema = z.preprocess((body) => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const event: Record<string, unknown> = { ...body }
  for (const field of recordFields) delete event[field]
  return event
}, chronicleEventSchema)
