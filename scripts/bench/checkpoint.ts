import { monitorEventLoopDelay } from 'node:perf_hooks'
import { addBody, allocateBodies, type Bodies, setPosition, setTraits, setVelocity } from '#physics/bodies'
import { cutCheckpoint, decodeCheckpoint, encodeCheckpoint } from '#physics/checkpoint'
import { createSimulation } from '#physics/simulation'
import { bytesOfId } from '#platform/arrays/id-table'
import { defaultWorldSettings } from '#world/settings'
import { type Bench, type Figure, figure } from './harness.ts'

const bodyCount = 1_000_000
const runs = 5

type Random = () => number

/** Doubles below 1 with all of their bits, as simulated ones have them. */
const seeded = (seed: number): Random => {
  const word = mulberry32(seed)
  return () => ((word() >>> 6) * 2 ** 27 + (word() >>> 5)) / 2 ** 53
}

/** Words of 32 bits (github.com/bryc/code, public domain): enough for input that is the same each time. */
const mulberry32 = (seed: number): Random => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}

const around = (random: Random, size: number): [number, number, number] => [
  (random() - random()) * size,
  (random() - random()) * size,
  (random() - random()) * size,
]

/** Where bodies of a kind are, and how fast. */
const kinds: Record<string, (random: Random, body: number) => [position: number[], velocity: number[]]> = {
  'spread, moving': (random) => [around(random, 1e4), around(random, 10)],
  'clusters of 500, moving': (random, body) => {
    const centre = around(seeded(Math.floor(body / 500)), 1e4)
    return [around(random, 5).map((value, axis) => value + centre[axis]!), around(random, 1)]
  },
  'at rest, to two decimals': (random) => [
    around(random, 1e4).map((value) => Math.round(value * 100) / 100),
    [0, 0, 0],
  ],
}

const makeBodies = (place: (typeof kinds)[string]): Bodies => {
  const bodies = allocateBodies(bodyCount, bodyCount * 12)
  const random = seeded(1)
  for (let index = 0; index < bodyCount; index++) {
    const body = addBody(bodies, ...bytesOfId(`body-${index}`))
    const [position, [vx, vy, vz]] = place(random, index)
    setPosition(bodies, body, position)
    setTraits(bodies, body, { activity: Number(vx !== 0), mass: 1, jitter: 0, anchored: false })
    setVelocity(bodies, body, vx!, vy!, vz!)
  }
  return bodies
}

const measure = async (kind: string, bodies: Bodies): Promise<Figure[]> => {
  const identity = { worldId: '01890000-0000-7000-8000-000000000001', tenantId: 'local', tick: 1, seq: 1 }
  const simulation = createSimulation({ ...identity, settings: defaultWorldSettings }, bodies)
  const [bytes, cutMs, encodeMs, heldMs, decodeMs]: number[][] = [[], [], [], [], []]
  // the first warms up
  for (let run = -1; run < runs; run++) {
    const started = performance.now()
    const cut = cutCheckpoint(simulation, [])
    const cutAt = performance.now()
    const delays = monitorEventLoopDelay({ resolution: 1 })
    delays.enable()
    const checkpoint = await encodeCheckpoint(cut)
    delays.disable()
    const encodedAt = performance.now()
    await decodeCheckpoint(checkpoint.bytes)
    if (run < 0) continue
    bytes.push(checkpoint.bytes.length / bodyCount)
    cutMs.push(cutAt - started)
    encodeMs.push(encodedAt - cutAt)
    heldMs.push(delays.max / 1e6)
    decodeMs.push(performance.now() - encodedAt)
  }
  return [
    figure(`${kind}: size`, 'bytes/body', bytes),
    figure(`${kind}: copy at the boundary`, 'ms', cutMs),
    figure(`${kind}: hash and encode`, 'ms', encodeMs),
    figure(`${kind}: longest hold of the event loop meanwhile`, 'ms', heldMs),
    figure(`${kind}: decode and check`, 'ms', decodeMs),
  ]
}

/** Checkpoints of a million bodies: their size, and what writing them holds up. */
export const bench: Bench = {
  name: 'checkpoint',
  run: async (log) => {
    const figures: Figure[] = []
    for (const [kind, place] of Object.entries(kinds)) {
      log(`${bodyCount} bodies ${kind}…`)
      figures.push(...(await measure(kind, makeBodies(place))))
    }
    return { figures, goals: [] }
  },
}
