import { expect, it } from 'vitest'
import { readArrayFile, writeArrayFile } from '#platform/arrays/array-file'
import {
  child,
  created,
  deleted,
  emptySimulation,
  ramped,
  settings,
  tick,
} from '../../test/support/physics-events.ts'
import { cutCheckpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { copySimulation } from './copy-simulation.ts'
import type { Simulation } from './simulation.ts'

const busyWorld = (): Simulation => {
  const simulation = emptySimulation()
  const bodies = Array.from({ length: 50 }, (_, index) =>
    created(`body ${index} äöü`, [index * 1.1, -index, index % 7], { activity: index % 3, jitter: 0.1 }),
  )
  const edges = Array.from({ length: 60 }, (_, index) =>
    child(`body ${index % 5} äöü`, `body ${index + 5} äöü`, index),
  )
  tick(simulation, [settings({ seed: 7 }), ...bodies, ...edges, deleted('body 9 äöü')])
  for (let more = 0; more < 3; more++) tick(simulation)
  return simulation
}

it('gives back a state that goes on bit by bit as the first would have', async () => {
  const simulation = busyWorld()
  const checkpoint = await encodeCheckpoint(cutCheckpoint(simulation, ['being removed']))
  const restored = await decodeCheckpoint(checkpoint.bytes)
  expect(restored.removed).toEqual(new Set(['body 9 äöü', 'being removed']))
  expect(restored.bodies.active).toBe(simulation.bodies.active)
  expect(restored.hierarchy.edges).toBe(60)
  for (let more = 0; more < 5; more++) {
    tick(simulation, [created(`late ${more}`, [more, 1, 2], { activity: 1 }), deleted(`body ${more} äöü`)])
    tick(restored, [created(`late ${more}`, [more, 1, 2], { activity: 1 }), deleted(`body ${more} äöü`)])
  }
  const hashes = await Promise.all(
    [simulation, restored].map(async (state) => (await encodeCheckpoint(cutCheckpoint(state, []))).stateHash),
  )
  expect(hashes[1]).toBe(hashes[0])
})

it('has the ramps that are under way, which go on where they were', async () => {
  const simulation = busyWorld()
  tick(simulation, [ramped('body 1 äöü', 9, 7), ramped('body 0 äöü', 0.3, 3)])
  const cut = cutCheckpoint(simulation, [])
  const restored = await decodeCheckpoint((await encodeCheckpoint(cut)).bytes)
  const copied = copySimulation(simulation)
  expect(restored.bodies.ramps).toEqual(simulation.bodies.ramps)
  for (let more = 0; more < 4; more++)
    for (const state of [simulation, restored, copied]) {
      tick(state, more === 2 ? [ramped('body 2 äöü', 0, 5)] : [])
    }
  const states = [simulation, restored, copied]
  const hashes = await Promise.all(
    states.map(async (state) => (await encodeCheckpoint(cutCheckpoint(state, []))).stateHash),
  )
  expect(new Set(hashes).size).toBe(1)
  expect(simulation.bodies.ramps.size).toBe(2)
  expect(cut.bodies.ramps.get('body 1 äöü')?.ticksLeft).toBe(6)
})

it('is a copy: the world may go on while it is written', async () => {
  const simulation = busyWorld()
  const cut = cutCheckpoint(simulation, [])
  const { stateHash } = await encodeCheckpoint(cutCheckpoint(simulation, []))
  tick(simulation, [deleted('body 1 äöü'), child('body 2 äöü', 'body 3 äöü')])
  expect((await encodeCheckpoint(cut)).stateHash).toBe(stateHash)
})

it('reads what was written before there was a gamma', async () => {
  const { bytes, stateHash } = await encodeCheckpoint(cutCheckpoint(busyWorld(), []))
  const { header, arrays } = await readArrayFile(bytes)
  const older = await writeArrayFile({ ...(header as object), version: 2 }, arrays)
  expect((await decodeCheckpoint(older, undefined, stateHash)).gamma).toBeUndefined()
  const unknown = await writeArrayFile({ ...(header as object), version: 4 }, arrays)
  await expect(decodeCheckpoint(unknown)).rejects.toThrow()
})

it('refuses bytes that are damaged, cut off or something else', async () => {
  const { bytes } = await encodeCheckpoint(cutCheckpoint(busyWorld(), []))
  const damaged = Buffer.from(bytes)
  damaged[bytes.length >> 1] ^= 1
  for (const wrong of [damaged, bytes.subarray(0, -20), Buffer.from('{}'), Buffer.alloc(0)])
    await expect(decodeCheckpoint(wrong)).rejects.toThrow()
})
