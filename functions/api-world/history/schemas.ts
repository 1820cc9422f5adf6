import * as z from 'zod'
import { type HistoryField, parseHistoryField } from '#world/history/field'

export const historyField = z
  .string()
  .max(512, 'must have at most 512 characters')
  .transform((text, context): HistoryField => {
    const field = parseHistoryField(text)
    if (field !== undefined) return field
    context.addIssue({
      code: 'custom',
      message: 'must be a field such as Health.current, Position.x, name, or parameters.mass',
    })
    return z.NEVER
  })

const causeSchema = z
  .looseObject({
    requestId: z.string().optional(),
    traceparent: z.string().optional(),
    chronicleEventId: z.string().optional(),
    tick: z.int().optional(),
    commitId: z.string().optional(),
    manifest: z.int().optional(),
  })
  .meta({ id: 'Cause' })

const changeSchema = z.object({
  field: z.string(),
  oldValue: z.unknown().optional().meta({ description: 'Absent: it was not there' }),
  newValue: z.unknown().optional().meta({ description: 'Absent: it is not there any more' }),
})

export const historyAnswer = z
  .object({
    entityId: z.string(),
    entries: z.array(
      z.object({
        seq: z.int(),
        type: z.string().nullable().meta({ description: 'null: the event is no longer in the log' }),
        occurredAt: z.iso.datetime().nullable(),
        changes: z.array(changeSchema).meta({
          description:
            'Of a new entity each field that it began with; of a deletion none. Sealed values stay sealed',
        }),
        cause: causeSchema.nullable(),
      }),
    ),
    whole: z
      .boolean()
      .meta({ description: 'false on the last page: what came before is no longer retained' }),
  })
  .meta({ id: 'EntityHistory' })

/** A part of the chain that is not there, and why. */
const absence = z.object({ absence: z.string(), detail: z.string() })

export const explainAnswer = z
  .object({
    entityId: z.string(),
    field: z.string(),
    asOf: z.int(),
    value: z
      .unknown()
      .optional()
      .meta({ description: 'Absent: it is not there. What is sealed stays sealed' }),
    event: z.union([
      z.object({
        seq: z.int(),
        eventId: z.uuid(),
        type: z.string(),
        occurredAt: z.iso.datetime(),
        world: z.string().meta({ description: 'In whose log it is: of a fork it may be an ancestor’s' }),
        oldValue: z.unknown().optional(),
        newValue: z.unknown().optional(),
        cause: causeSchema,
      }),
      absence,
    ]),
    request: z.union([
      z.object({
        requestId: z.string(),
        subject: z.string().nullable().meta({ description: 'The user, hashed; null: not known' }),
        status: z.string(),
        at: z.iso.datetime().meta({ description: 'When what became of it was kept' }),
        traceparent: z.string().nullable(),
      }),
      absence,
    ]),
    chronicleEvents: z
      .array(z.looseObject({ chronicleId: z.string(), id: z.string() }))
      .meta({ description: 'That it was derived from, or that its sender named; empty: none' }),
    batch: z.union([
      z.object({
        destination: z.string(),
        deliveredUpTo: z.int().meta({ description: 'The relay has sent the events up to this seq' }),
        delivered: z.boolean(),
      }),
      absence,
    ]),
    tick: z.union([
      z.object({
        tick: z.int(),
        fromSeq: z.int().meta({ description: 'It took up the events from this seq…' }),
        toSeq: z.int().meta({ description: '…to this one' }),
      }),
      absence,
    ]),
    commits: z.array(
      z.object({
        layer: z.string(),
        region: z.string().meta({ description: 'The cell that holds the written position' }),
        commit: z.union([
          z.object({
            commitId: z.uuid(),
            shard: z.string(),
            number: z.int(),
            epochStart: z.int(),
            epochEnd: z.int(),
            hash: z.string(),
            committedAt: z.iso.datetime(),
            namesEntity: z.boolean().nullable().meta({ description: 'null: its entries were not looked at' }),
          }),
          absence,
        ]),
        note: z.string().nullable(),
        gamma: z
          .object({ region: z.string(), weight: z.number(), count: z.number(), activityMean: z.number() })
          .nullable()
          .meta({ description: 'What all commits say of the cell now' }),
      }),
    ),
  })
  .meta({ id: 'Explanation' })
