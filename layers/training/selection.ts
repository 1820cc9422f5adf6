import { sacredFluxPositions } from '#world/flux'
import { stableLog, unitOf } from './hash.ts'
import type { TrainingSettings } from './settings.ts'

export const splits = ['train', 'validation', 'test'] as const
export type Split = (typeof splits)[number]

export const samplings = ['all', 'weighted', 'balanced', 'by-depth', 'by-subtree'] as const

/** Which samples of each snapshot, and what they weigh. The same selection of the same snapshots is the same samples. */
export interface Selection {
  /** null: all three. */
  split: Split | null
  /** This entity and those below it, as of each snapshot; null: the whole world. */
  subtree: string | null
  /** Entities at this depth; null: at any. */
  depth: number | null
  /**
   * `all`: every sample. `weighted`: as many as `size` of each snapshot, by their weights. The others share `size` out
   * as evenly as they can among classes, depths, or subtrees of the roots, and take by weight within each.
   */
  sampling: (typeof samplings)[number]
  /** Samples of each snapshot, at most; null where all are taken. */
  size: number | null
  /** Decides which samples are drawn; not which split an entity is in. */
  seed: number
  sacredWeight: number
  trainShare: number
  validationShare: number
}

/** What a selection looks at. */
export interface Candidate {
  entityId: string
  classType: string
  fluxPosition: number
}

/** The split of an entity: the same in every snapshot, in every dataset, whatever the seed, so that none leaks into another. */
export const splitOf = (
  entityId: string,
  { trainShare, validationShare }: Pick<TrainingSettings, 'trainShare' | 'validationShare'>,
): Split => {
  const unit = unitOf('split', entityId)
  if (unit < trainShare) return 'train'
  return unit < trainShare + validationShare ? 'validation' : 'test'
}

export const isSacred = (fluxPosition: number): boolean =>
  (sacredFluxPositions as readonly number[]).includes(fluxPosition)

export const weightOf = (fluxPosition: number, { sacredWeight }: Pick<Selection, 'sacredWeight'>): number =>
  isSacred(fluxPosition) ? sacredWeight : 1

/**
 * The key by which a sample is drawn without replacement: those with the smallest keys, so that each draw takes what is left
 * in proportion to its weight (Efraimidis and Spirakis 2006, −ln(u) / w).
 */
export const drawKey = (snapshotId: string, candidate: Candidate, selection: Selection): number =>
  -stableLog(unitOf('draw', String(selection.seed), snapshotId, candidate.entityId)) /
  weightOf(candidate.fluxPosition, selection)

/**
 * Shares `size` out among strata that have so many candidates: none gets more than it has, all together get `size` where
 * there are as many, and a stratum gets fewer than another by more than one only where it has no more.
 */
export const shareOut = (counts: readonly number[], size: number): number[] => {
  const quotas = counts.map(() => 0)
  const order = counts.map((_, at) => at).sort((a, b) => counts[a]! - counts[b]! || a - b)
  let left = size
  for (const [done, at] of order.entries()) {
    quotas[at] = Math.min(counts[at]!, Math.floor(left / (order.length - done)))
    left -= quotas[at]!
  }
  return quotas
}

/** The largest key that is drawn in each stratum. */
export const thresholdsOf = (
  keysByStratum: ReadonlyMap<string, readonly number[]>,
  size: number,
): Map<string, number> => {
  const strata = [...keysByStratum.keys()].sort()
  const quotas = shareOut(
    strata.map((stratum) => keysByStratum.get(stratum)!.length),
    size,
  )
  return new Map(
    strata.map((stratum, at) => {
      const keys = Float64Array.from(keysByStratum.get(stratum)!).sort()
      return [stratum, quotas[at] === 0 ? Number.NEGATIVE_INFINITY : keys[quotas[at]! - 1]!]
    }),
  )
}
