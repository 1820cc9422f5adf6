import { quantaPerUnit } from './quanta.ts'
import type { CommitPolicy } from './settings.ts'

/** What has been added up of a span, over all its regions. */
export interface SpanTotals {
  /** First tick of the span, and the last one that has been added whole. */
  epochStart: number
  tick: number
  count: bigint
  /** In quanta, and quanta². */
  activitySum: bigint
  activitySquares: bigint
}

/**
 * Whether a span ends with this tick, ahead of its window. It depends on the ticks alone: sums are exact, and are
 * rounded once, to be compared.
 */
export type CloseRule = (policy: CommitPolicy, totals: SpanTotals) => boolean

/** One function for each strategy. */
export const closeRules: Record<CommitPolicy['strategy'], CloseRule> = {
  fixed: () => false,
  adaptive: (policy, totals) => reachesThreshold(policy, totals),
  hybrid: (policy, totals) =>
    totals.tick - totals.epochStart + 1 >= policy.minTicks && reachesThreshold(policy, totals),
}

const reachesThreshold: CloseRule = (
  { maxContributions, meanActivity, activityVariance },
  { count, activitySum, activitySquares },
) => {
  if (count === 0n) return false
  if (maxContributions !== null && count >= BigInt(maxContributions)) return true
  const [n, sum] = [Number(count), Number(activitySum)]
  if (meanActivity !== null && sum / n >= meanActivity * quantaPerUnit) return true
  if (activityVariance === null) return false
  const spread = Number(count * activitySquares - activitySum * activitySum)
  return spread / (n * n) >= activityVariance * quantaPerUnit * quantaPerUnit
}
