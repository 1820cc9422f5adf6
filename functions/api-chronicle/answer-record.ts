import * as z from 'zod'
import type { WriteRequest } from '#world/commands'
import type { ApiContext } from '../api-context.ts'
import { type FieldOf, write } from '../write.ts'
import { degradationOf, degradedField } from './degradation.ts'

export const recordAnswer = z
  .object({
    status: z.enum(['applied', 'waiting']),
    recorded: z.int().nullable().meta({ description: 'Events that are new; null while it waits' }),
    duplicates: z
      .int()
      .nullable()
      .meta({ description: 'Events that were there before, the same: nothing is written' }),
    seq: z.int().nullable().meta({ description: 'The world’s seq after it; null while it waits' }),
    requestId: z.string(),
    degraded: degradedField,
  })
  .meta({ id: 'RecordedChronicleEvents' })

/** Writes events and answers what became of them. */
export const answerRecord = async (context: ApiContext, request: WriteRequest, fieldOf: FieldOf) => {
  const acceptance = await write(context, request, fieldOf)
  const { requestId } = request
  if (acceptance.status === 'waiting') {
    const body = { status: 'waiting', recorded: null, duplicates: null, seq: null, requestId }
    return { status: 202, body }
  }
  const { recorded, duplicates } = acceptance.chronicle ?? { recorded: 0, duplicates: 0 }
  const degraded = await degradationOf(context, request)
  const { seq } = acceptance
  return { status: 200, body: { status: 'applied', recorded, duplicates, seq, requestId, ...degraded } }
}
