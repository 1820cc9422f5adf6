import { computingField } from '#octree/forces'
import { buildingTree, prepareTree } from '#octree/tree'
import { compute, computeThreads } from '#physics/compute'
import { gatherMembers } from '#physics/members'
import type { Simulation } from '#physics/simulation'
import { runTick } from '#physics/tick'
import { type Blocks, drive } from '#platform/arrays/drive'

/** Runs one tick whose events are applied already. The one place that knows how a tick is run. */
export const runStep = (simulation: Simulation): Promise<boolean> => drive(runTick(simulation, []))

/**
 * A step evaluates the field after its drift; after events also before it, since what they changed has outdated
 * the accelerations of the last tick.
 */
const evaluationsAfterEvents = 2

/** Milliseconds of the trees and of the field evaluations that a tick with events makes; 0 where nothing is active. */
export interface StepParts {
  tree: number
  forces: number
}

/**
 * Makes one tree of the active bodies and one evaluation of their field as the last step made them, at the positions
 * that it left, and says how long all those of a step take. The step itself has no seams to measure at.
 */
export const measureStepParts = async (simulation: Simulation): Promise<StepParts> => {
  const { bodies, settings, work } = simulation
  if (bodies.active === 0) return { tree: 0, forces: 0 }
  const { gravity, softeningUnits, openingAngle: theta } = settings.physics
  const members = gatherMembers(bodies, undefined)
  const tree = prepareTree({ threads: computeThreads })
  const timed = async (blocks: Blocks<unknown>): Promise<number> => {
    const started = performance.now()
    await drive(blocks)
    return performance.now() - started
  }
  const build = () => compute(tree.kernel, buildingTree(tree, members, {}), members.count)
  // the first build of a tree also makes its memory, which a step has from the one before
  await drive(build())
  const treeMs = await timed(build())
  const field = computingField(tree, members, { gravity, softeningUnits, theta }, work, members.indices)
  const forcesMs = await timed(compute(tree.kernel, field, members.count))
  return { tree: evaluationsAfterEvents * treeMs, forces: evaluationsAfterEvents * forcesMs }
}
