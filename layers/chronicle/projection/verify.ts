import { allTargets } from './all-targets.ts'
import { inStep, type Step } from './begin-step.ts'
import { compareTargets } from './compare-targets.ts'
import { type ProjectionContext, switchTimeoutMs } from './context.ts'
import type { Difference } from './difference.ts'
import { removeGenerations } from './postgres/remove-generations.ts'
import { buildShadow } from './shadow-step.ts'

export type VerifyStep =
  /** There is more to derive, or to project first. */
  | { state: 'building' | 'behind'; events: number; seq: number }
  | { state: 'verified'; events: number; seq: number; targets: number; differences: number }

/**
 * One step of a comparison of the world with what its chronicle events alone come to: derives the next of them beside
 * what holds or, when all are and the world has them all, compares target by target. `found` gets each difference.
 *
 * @throws ProjectionBusy
 */
export const verifyStep = (
  context: ProjectionContext,
  worldId: string,
  found: (difference: Difference) => void,
): Promise<VerifyStep | undefined> =>
  inStep(context.pool, worldId, switchTimeoutMs, async (step): Promise<VerifyStep> => {
    const { shadow, events, isComplete } = await buildShadow(context, step, 'verify')
    const { seq } = shadow
    if (!isComplete) return { state: 'building', events, seq }
    const { projectedSeq, inputs, operationsTaken } = step.progress
    const isProjected =
      projectedSeq === seq && inputs === step.inputs && operationsTaken === shadow.operationsTaken
    if (!isProjected) return { state: 'behind', events, seq }
    return { state: 'verified', events, seq, ...(await compareAll(context, step, shadow.generation, found)) }
  })

const compareAll = async (
  { now }: ProjectionContext,
  { client, progress, keep }: Step,
  generation: number,
  found: (difference: Difference) => void,
): Promise<{ targets: number; differences: number }> => {
  const { worldId } = progress
  let count = 0
  let differences = 0
  for await (const targets of allTargets(client, worldId, progress.generation, generation)) {
    count += targets.length
    for (const different of await compareTargets(client, worldId, targets))
      for (const difference of different.differences) {
        differences++
        found(difference)
      }
  }
  await removeGenerations(client, worldId, [progress.generation])
  keep({ shadow: null, verifiedAt: now(), verifiedSeq: progress.worldSeq, differences })
  return { targets: count, differences }
}
