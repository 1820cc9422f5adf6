import type { Bench, BenchResult } from './harness.ts'
import { measureBuilds } from './octree/builds.ts'
import { measureForces } from './octree/forces.ts'
import { measureMoves } from './octree/moves.ts'
import { measureQueries } from './octree/queries.ts'

/**
 * The octree on seeded inputs: forces and their errors, builds, queries and moves, each beside the libraries
 * that do the same. Each part lets ours and the peers take turns and collects its own figures and goals.
 */
export const bench: Bench = {
  name: 'octree',
  run: async (log) => {
    const results: BenchResult[] = []
    for (const measure of [measureForces, measureBuilds, measureQueries, measureMoves])
      results.push(await measure(log))
    return {
      figures: results.flatMap(({ figures }) => figures),
      goals: results.flatMap(({ goals }) => goals),
    }
  },
}
