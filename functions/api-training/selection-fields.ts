import * as z from 'zod'
import { queryNumber, wholeNumber } from '#platform/http/query-fields'
import type { Epoch } from '#training/epoch'
import { type Selection, samplings, splits } from '#training/selection'
import { idSchema } from '#world/schemas'

const seedLimit = 999_999_999_999_999
const sizeLimit = 1_000_000
const depthLimit = 1_000_000
const weightExpected = 'must be a number above 0, of at most 1000000'
const isWeight = (value: number) => value > 0 && value <= 1e6

const described = {
  split: { description: 'Default: all three; an entity is in one split in every snapshot' },
  subtree: { description: 'This entity and those below it, as of each snapshot' },
  depth: { description: 'Entities at this depth of the hierarchy' },
  sampling: {
    description:
      'all; or size samples of each snapshot: weighted, or shared out evenly among classes (balanced), depths or subtrees of the roots',
  },
  size: { description: 'Samples of each snapshot; not with sampling=all' },
  seed: { description: 'Decides which samples are drawn, not which split they are in' },
  sacred_weight: { description: 'Of samples at flux position 3, 6 or 9; default: as the epoch has it' },
}
const splitField = z
  .enum(splits, `must be one of ${splits.join(', ')}`)
  .optional()
  .meta(described.split)
const samplingField = z
  .enum(samplings, `must be one of ${samplings.join(', ')}`)
  .default('all')
  .meta(described.sampling)
const subtreeField = idSchema.optional().meta(described.subtree)
const whole = (min: number, max: number) =>
  z.int('must be a whole number').min(min, `must be at least ${min}`).max(max, `must be at most ${max}`)

/** Of a query, which is text. */
export const selectionQuery = {
  split: splitField,
  subtree: subtreeField,
  depth: wholeNumber(0, depthLimit).optional().meta(described.depth),
  sampling: samplingField,
  size: wholeNumber(1, sizeLimit).optional().meta(described.size),
  seed: wholeNumber(0, seedLimit).default(0).meta(described.seed),
  sacred_weight: queryNumber.refine(isWeight, weightExpected).optional().meta(described.sacred_weight),
}

/** Of a body. */
export const selectionBody = {
  split: splitField,
  subtree: subtreeField,
  depth: whole(0, depthLimit).optional().meta(described.depth),
  sampling: samplingField,
  size: whole(1, sizeLimit).optional().meta(described.size),
  seed: whole(0, seedLimit).default(0).meta(described.seed),
  sacred_weight: z
    .number(weightExpected)
    .refine(isWeight, weightExpected)
    .optional()
    .meta(described.sacred_weight),
}

type Fields = z.output<z.ZodObject<typeof selectionBody>>

/** Samples are drawn where it is said how many. */
export const sizeFits = ({ sampling, size }: Pick<Fields, 'sampling' | 'size'>): boolean =>
  (sampling === 'all') === (size === undefined)
export const sizeMisfit = {
  path: ['size'],
  message: 'must be given with any sampling but all, and not with all',
}

export const selectionOf = (fields: Fields, { training }: Epoch): Selection => ({
  split: fields.split ?? null,
  subtree: fields.subtree ?? null,
  depth: fields.depth ?? null,
  sampling: fields.sampling,
  size: fields.size ?? null,
  seed: fields.seed,
  sacredWeight: fields.sacred_weight ?? training.sacredWeight,
  trainShare: training.trainShare,
  validationShare: training.validationShare,
})

/** As an answer says it. */
export const selectionJson = (selection: Selection) => ({
  ...{ split: selection.split, subtree: selection.subtree, depth: selection.depth },
  ...{ sampling: selection.sampling, size: selection.size, seed: selection.seed },
  sacred_weight: selection.sacredWeight,
})
