import { drive } from '#physics/drive'
import { currentTree, outdate, type Simulation } from '#physics/simulation'
import { runTick } from '#physics/tick'

/** Runs one tick whose events are applied already. The one place that knows how a tick is run. */
export const runStep = (simulation: Simulation): Promise<void> => drive(runTick(simulation, []))

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
 * Makes one tree and one evaluation of the field as the last step made them, at the positions that it left, and
 * says how long all those of a step take. The step itself has no seams to measure at.
 */
export const measureStepParts = (simulation: Simulation): StepParts => {
  const { bodies, settings, work } = simulation
  if (bodies.active === 0) return { tree: 0, forces: 0 }
XX