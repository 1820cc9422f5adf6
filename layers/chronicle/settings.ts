import * as z from 'zod'
import { modalities } from './chronicle-event.ts'

const strength = z.number().min(-1e9).max(1e9)

/** What a world does with its chronicles. */
export const chronicleSettings = z
  .strictObject({
    /** Whether they change its entities. While they do not, what they come to waits. */
    project: z.boolean().default(true),
    /** Only events of these do. */
    modalities: z.array(z.enum(modalities)).max(modalities.length).default(['actual', 'reported']),
    /** Between these is the strength of a relationship that events change. */
    minStrength: strength.default(-1),
    maxStrength: strength.default(1),
    /** Of the story: after so long half of a feeling is left; null: all of it. */
    decayHalfLifeDays: z.number().gt(0).max(3_652_500).nullable().default(null),
    /** Whether what others do to entities is told in the chronicle `system`. */
    publishEntityEvents: z.boolean().default(false),
  })
  .refine(({ minStrength, maxStrength }) => minStrength <= maxStrength, {
    path: ['minStrength'],
    message: 'must be at most maxStrength',
  })

export type ChronicleSettings = z.output<typeof chronicleSettings>
