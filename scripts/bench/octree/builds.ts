import { collectGarbage } from '../garbage.ts'
import { atLeast, atMost, type BenchResult, type Figure, figure, median } from '../harness.ts'
import { type InputName, makeInput } from './inputs.ts'
import { open } from './ours.ts'
import { d3Octree } from './peers/d3-octree.ts'
import { rbush3d } from './peers/rbush-3d.ts'
import type { SpatialPeer } from './peers/spatial-peer.ts'
import { staticKdtree } from './peers/static-kdtree.ts'
import { type Runner, takeTurns, timed } from './turns.ts'

interface Case {
  input: InputName
  size: number
  peers: SpatialPeer[]
}

const cases: Case[] = [
  { input: 'uniform', size: 100_000, peers: [d3Octree] },
  { input: 'uniform', size: 1_000_000, peers: [d3Octree, rbush3d, staticKdtree] },
  { input: 'Plummer', size: 1_000_000, peers: [] },
]

/** What d3-octree took where the issue measured it, milliseconds by size: says how fast this machine is. */
const d3ThenMs = { 100000: 78, 1000000: 1_600 }

/** From bodies to a tree that answers queries, beside the peers from points in their own form to the same. */
export const measureBuilds = async (log: (line: string) => void): Promise<BenchResult> => {
  const engines = [await open(1), await open(2)]
  const figures: Figure[] = []
  const medians = new Map<string, number>()
  try {
    for (const { input, size, peers } of cases) {
      const title = `build, ${size / 1_000}k ${input}`
      log(`${title}…`)
      const bodies = makeInput(input, size)
      const runners: Record<string, Runner> = {
        '1 thread': () => timed(() => engines[0].build(bodies)),
        '2 threads': () => timed(() => engines[1].build(bodies)),
      }
      for (const peer of peers) {
        const build = peer.prepare(bodies)
        runners[peer.name] = () => {
          collectGarbage()
          return timed(build)
        }
      }
      for (const [name, ms] of Object.entries(await takeTurns(runners, log))) {
        figures.push(figure(`${title}, ${name}`, 'ms', ms))
        medians.set(`${size} ${input}, ${name}`, median(ms))
      }
    }
  } finally {
    await Promise.all(engines.map((engine) => engine.close()))
  }
  return { figures, goals: toGoals(medians) }
}

const toGoals = (medians: Map<string, number>) => {
  const msOf = (size: number, name: string) => medians.get(`${size} uniform, ${name}`)!
  const scale = (size: 100_000 | 1_000_000) => msOf(size, d3Octree.name) / d3ThenMs[size]
  const fastest = Math.min(...[d3Octree, rbush3d, staticKdtree].map(({ name }) => msOf(1_000_000, name)))
  return [
    atMost('build of 1000k on two threads, ms', msOf(1_000_000, '2 threads'), 120 * scale(1_000_000)),
    atMost('build of 100k on two threads, ms', msOf(100_000, '2 threads'), 9 * scale(100_000)),
    atLeast('build of 1000k, fastest peer ÷ ours', fastest / msOf(1_000_000, '2 threads'), 12),
  ]
}
