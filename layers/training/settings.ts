import * as z from 'zod'

/** In units; a cell of the smallest size has a number below 2^60 on each axis. */
export const cellSizeLimits = { min: 2 ** -20, max: 2 ** 40 }

const share = z.number().min(0).max(1)

/** How a world's epochs are counted and sampled; an epoch keeps those that it was made with. */
export const trainingSettings = z
  .strictObject({
    /** Side of the cells whose occupied share is an epoch's spatial coverage, in units. */
    cellSizeUnits: z.number().min(cellSizeLimits.min).max(cellSizeLimits.max).default(64),
    /** What an entity at flux position 3, 6 or 9 weighs as a sample; any other weighs 1. */
    sacredWeight: z.number().gt(0).max(1e6).default(2),
    /** Shares of all entities in the splits train and validation; what they leave is test. */
    trainShare: share.default(0.8),
    validationShare: share.default(0.1),
  })
  .refine(({ trainShare, validationShare }) => trainShare + validationShare <= 1 + 1e-9, {
    path: ['validationShare'],
    message: 'must be at most 1 together with trainShare',
  })

export type TrainingSettings = z.output<typeof trainingSettings>
