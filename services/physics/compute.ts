import { availableParallelism } from 'node:os'
import type { Kernel } from '#octree/kernel'
import { createTeam, mostThreads, type Team } from '#octree/team'
import { runHere, type Work } from '#octree/work'
import type { Blocks } from '#platform/arrays/drive'

let team: Team | undefined

/** Fewer bodies than these are done sooner than a thread is awake. */
const leastBodies = 1_024

/** Threads that work on an octree, as many as the machine has; every octree has working memory for them. */
export const computeThreads = Math.min(availableParallelism(), mostThreads)

/**
 * Runs work on an octree: on the process's threads, which are started when the first world needs them and leave the
 * event loop to everybody else, or at once where the bodies are few. The result is the same.
 */
export function* compute<T>(kernel: Kernel, work: Work<T>, bodies: number): Blocks<T> {
  if (bodies < leastBodies) return runHere(kernel, work)
  const threads = (team ??= createTeam(computeThreads))
  let result: { value: T } | undefined
  yield threads.run(kernel, work).then(
    (value) => {
      result = { value }
    },
    (error) => {
      // its threads have ended; the next work gets others
      if (team === threads) team = undefined
      throw error
    },
  )
  return result!.value
}
