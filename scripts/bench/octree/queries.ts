import type { BodyArrays } from '#octree/bodies'
import { collectGarbage } from '../garbage.ts'
import { atLeast, type BenchResult, figure, median } from '../harness.ts'
import { uniformCube, uniformSource } from './inputs.ts'
import { open } from './ours.ts'
import { d3Octree } from './peers/d3-octree.ts'
import { rbush3d } from './peers/rbush-3d.ts'
import type { SpatialQueries } from './peers/spatial-peer.ts'
import { staticKdtree } from './peers/static-kdtree.ts'
import { type Runner, takeTurns } from './turns.ts'

const size = 1_000_000
const queries = 10_000
const neighbours = 8
/** A sphere of it holds 31 of 1,000,000 bodies that are spread over a cube of side 1. */
const radius = Math.cbrt((31 * 3) / (4 * Math.PI * size))

/**
 * Centres of a run's queries, rows of three, far enough from the faces of the cube that no sphere reaches over;
 * other ones in each run, so that nothing answers from a cache that the run before has filled.
 */
const centres = (run: number): Float64Array => {
  const random = uniformSource(1_000 + run)
  return Float64Array.from({ length: 3 * queries }, () => 0.05 + 0.9 * random())
}

/** Sphere queries and nearest neighbours in 1,000,000 uniform bodies, microseconds each, beside the peers. */
export const measureQueries = async (log: (line: string) => void): Promise<BenchResult> => {
  const bodies = uniformCube(size)
  const engine = await open(1)
  try {
    await engine.buildForSearch(bodies)
    log('queries: peers build…')
    const peers = [d3Octree, rbush3d, staticKdtree]
    const indexes = new Map<string, SpatialQueries>([['ours', engine]])
    for (const { name, prepare } of peers) indexes.set(name, prepare(bodies)())
    collectGarbage()
    log('sphere query of 31 hits, µs')
    const spheres = await takeTurns(runAll(indexes, measureSphere), log)
    log(`${neighbours} nearest, µs`)
    const finders = new Map([...indexes].filter(([, index]) => index.nearest !== undefined))
    const nearest = await takeTurns(
      runAll(finders, (index, at) => measureNearest(index, at, bodies)),
      log,
    )
    const ratio = ({ ours, ...others }: Record<string, number[]>) =>
      Math.min(...Object.values(others).map(median)) / median(ours)
    return {
      figures: [
        ...Object.entries(spheres).map(([name, us]) => figure(`sphere of 31 hits, ${name}`, 'µs', us)),
        ...Object.entries(nearest).map(([name, us]) => figure(`${neighbours} nearest, ${name}`, 'µs', us)),
      ],
      goals: [
        atLeast('sphere query, fastest peer ÷ ours', ratio(spheres), 5),
        atLeast(`${neighbours} nearest, fastest peer ÷ ours`, ratio(nearest), 5),
      ],
    }
  } finally {
    await engine.close()
  }
}

/** Each as a runner; all must find the same in each run, or what they take cannot be compared. */
const runAll = (
  indexes: Map<string, SpatialQueries>,
  measure: (index: SpatialQueries, at: Float64Array) => { us: number; found: number },
): Record<string, Runner> => {
  const expected: number[] = []
  const runner = ([name, index]: [string, SpatialQueries]): [string, Runner] => {
    let run = 0
    const once = (): number => {
      const { us, found } = measure(index, centres(run))
      const wanted = (expected[run++] ??= found)
      if (Math.abs(found - wanted) > 1e-9 * wanted)
        throw new Error(`${name} finds ${found}, the first one ${wanted}`)
      return us
    }
    return [name, once]
  }
  return Object.fromEntries([...indexes].map(runner))
}

const measureSphere = (index: SpatialQueries, at: Float64Array): { us: number; found: number } => {
  let found = 0
  const started = performance.now()
  for (let row = 0; row < at.length; row += 3)
    found += index.sphere(at[row], at[row + 1], at[row + 2], radius)
  return { us: ((performance.now() - started) * 1_000) / queries, found }
}

/** What is found is the sum of all distances, so that ties do not matter. */
const measureNearest = (
  index: SpatialQueries,
  at: Float64Array,
  { x, y, z }: BodyArrays,
): { us: number; found: number } => {
  const answers: ArrayLike<number>[] = []
  const started = performance.now()
  for (let row = 0; row < at.length; row += 3)
    answers.push(index.nearest!(at[row], at[row + 1], at[row + 2], neighbours))
  const us = ((performance.now() - started) * 1_000) / queries
  const distance = (body: number, row: number) =>
    Math.hypot(x[body] - at[row], y[body] - at[row + 1], z[body] - at[row + 2])
  const found = answers.reduce(
    (sum, answer, query) => Array.from(answer).reduce((part, body) => part + distance(body, 3 * query), sum),
    0,
  )
  return { us, found }
}
