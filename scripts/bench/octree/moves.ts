import type { BodyArrays } from '#octree/bodies'
import { collectGarbage } from '../garbage.ts'
import { atMost, type BenchResult, figure, median } from '../harness.ts'
import { uniformCube, uniformSource } from './inputs.ts'
import { open } from './ours.ts'
import { d3Octree } from './peers/d3-octree.ts'
import type { SpatialIndex } from './peers/spatial-peer.ts'
import { takeTurns, timed } from './turns.ts'

const size = 1_000_000
const some = size / 100
const peerMoves = 5_000
/** The mean distance of neighbours: most bodies leave their leaf. */
const reach = 0.01

interface Moves {
  indices: Uint32Array
  x: Float64Array
  y: Float64Array
  z: Float64Array
}

/** Bodies in a seeded order, each moved from where it is by up to `reach` on each axis, within the cube. */
const drawMoves = (bodies: BodyArrays, count: number, seed: number): Moves => {
  const random = uniformSource(seed)
  const stride = 7_919 // coprime to the number of bodies, so that no body comes twice
  const start = Math.floor(random() * size)
  const indices = Uint32Array.from({ length: count }, (_, k) => (start + k * stride) % size)
  const moved = (from: Float64Array) =>
    Float64Array.from(indices, (body) => Math.abs(from[body] + reach * (2 * random() - 1)) % 1)
  return { indices, x: moved(bodies.x), y: moved(bodies.y), z: moved(bodies.z) }
}

/** Microseconds a moved body until queries see it: all of 1,000,000 bodies, 1 % of them, and those of d3-octree. */
export const measureMoves = async (log: (line: string) => void): Promise<BenchResult> => {
  const engine = await open(2)
  const bodies = uniformCube(size)
  try {
    await engine.build(bodies)
    const original = uniformCube(size)
    const peer = d3Octree.prepare(original)()
    collectGarbage()
    let seed = 100
    const run = async (count: number): Promise<number> => {
      const { indices, x, y, z } = drawMoves(bodies, count, seed++)
      return ((await timed(() => engine.move(indices, x, y, z))) * 1_000) / count
    }
    log('moves, µs a moved body')
    const { all, few, d3 } = await takeTurns(
      {
        all: () => run(size),
        few: () => run(some),
        d3: () => movePeer(peer, drawMoves(original, peerMoves, seed++)),
      },
      log,
    )
    return {
      figures: [
        figure('all of 1000k bodies move, a body', 'µs', all),
        figure('1 % of 1000k bodies move, a body', 'µs', few),
        figure('one of 1000k bodies moves, d3-octree', 'µs', d3),
      ],
      goals: [
        atMost('a moved body where all move, µs', median(all), 0.15),
        atMost('a moved body where 1 % move, µs', median(few), 6),
      ],
    }
  } finally {
    await engine.close()
  }
}

/** One after the other by remove and add, as its API has it. */
const movePeer = async (peer: SpatialIndex, { indices, x, y, z }: Moves): Promise<number> => {
  const ms = await timed(() => {
    for (let k = 0; k < indices.length; k++) peer.move!(indices[k], x[k], y[k], z[k])
  })
  return (ms * 1_000) / indices.length
}
