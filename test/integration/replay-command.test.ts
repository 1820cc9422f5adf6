import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cutCheckpoint, encodeCheckpoint } from '#physics/checkpoint'
import type { CheckpointRef } from '#physics/checkpoint-key'
import { listCheckpoints, putCheckpoint, readCheckpoint } from '#physics/checkpoint-store'
import type { PhysicsStatus } from '#physics/status'
import { findId } from '#platform/arrays/id-table'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { createPool } from '#platform/postgres/pool'
import { replayCommand } from '../../scripts/replay/command.ts'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let objects: ObjectStore

beforeEach(async () => {
  physics = await createPhysicsHarness()
  objects = filesystemObjectStore(physics.objectsDir)
})
afterEach(() => physics?.close())

const run = async (line: string, env: NodeJS.ProcessEnv = {}) => {
  const out: string[] = []
  const err: string[] = []
  const code = await replayCommand({
    args: line.split(' ').filter(Boolean),
    env: {
      DATABASE_URL: physics.config.database.connectionString,
      OBJECT_STORE_DIR: physics.objectsDir,
      ...env,
    },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** Ticks of a world, with a checkpoint at each of four ticks, and what stopped it: the ticks are 0, 10, 20 and 30. */
const played = async (tickHashShare: number): Promise<{ worldId: string; refs: CheckpointRef[] }> => {
  let worldId = ''
  for (let round = 0; round < 4; round++) {
    const service = await physics.start({ tickHashShare })
    if (round === 0) {
      const made = await physics.send('w', [
        physicsSettings({ paused: true, seed: 3 }),
        put('a', [0, 0, 0], { activity: 1, jitter: 0.5 }),
        put('b', [5, 0, 0], { activity: 1 }),
      ])
      worldId = made.worldId
    }
    const before = await until('it is held', () => physics.status(worldId))
    if (round > 0) await physics.ask<PhysicsStatus>(worldId, 'physics/step?ticks=10', 'POST')
    else expect(before.tick).toBe(0)
    await service.stop()
  }
  return { worldId, refs: await listCheckpoints(objects, worldId) }
}

const asOwner = async (text: string, values: unknown[]): Promise<void> => {
  const owner = createPool({ connectionString: physics.database.adminUrl, applicationName: 'test-owner' })
  await owner.query(text, values).finally(() => owner.end())
}

/** Another state under the tick of a checkpoint, as a fault of the simulation would have left it. */
const replace = async (ref: CheckpointRef, change: (x: Float64Array, index: number) => void) => {
  const simulation = (await readCheckpoint(objects, ref))!
  const { bodies } = simulation
  change(bodies.x, findId(bodies.ids, 'b'))
  const checkpoint = await encodeCheckpoint(cutCheckpoint(simulation, []))
  await objects.delete(ref.key)
  await putCheckpoint(objects, simulation.worldId, checkpoint, ref.takenAtMs)
}

it('equal, whatever the restarts in between, and lists the checkpoints', async () => {
  const { worldId, refs } = await played(1)
  expect(refs.map(({ tick }) => tick)).toEqual([0, 10, 20, 30])
  const { code, out } = await run('--world w --from oldest')
  expect(out).toContain('33 recorded hashes are the same, the last at tick 30.')
  expect(code).toBe(0)
  expect((await run(`--world ${worldId} --from 15 --to 19`)).out).toMatch(/tick 10 .*\nEqual: 9 ticks/)
  const list = await run('--world w --list')
  for (const { tick, seq, stateHash } of refs)
    expect(list.out).toMatch(new RegExp(`^${tick} +${seq} +\\S+Z? +${stateHash}$`, 'm'))
  expect((await run('--world w --from newest')).out).toContain('nothing to compare with')
})

it('names the first tick that differs, and the bodies at the next checkpoint', async () => {
  const { worldId, refs } = await played(1)
  const other = 'cd'.repeat(32)
  await replace(refs[2]!, (x, b) => {
    x[b] += 1
  })
  await asOwner(
    `UPDATE tick_log SET state_hash = decode($2, 'hex') WHERE world_id = $1 AND tick BETWEEN 14 AND 19`,
    [worldId, other],
  )
  const { code, out } = await run('--world w --from 10')
  expect(code).toBe(1)
  expect(out).toContain('Differs first at tick 14; tick 13 is equal.')
  expect(out).toMatch(new RegExp(`recorded +${other}`))
  expect(out).toContain('At the checkpoint of tick 20 1 body differs:')
  expect(out).toMatch(/"b" +x +\d\.\d+ +\d\.\d+/)
})

it('where only checkpoints have hashes names the ticks between which it differs', async () => {
  const { refs } = await played(0)
  expect((await run('--world w --from oldest')).out).toContain('3 recorded hashes')
  await replace(refs[2]!, (x, b) => {
    x[b] = -x[b]!
  })
  const { code, out } = await run('--world w --from oldest')
  expect(code).toBe(1)
  expect(out).toContain('Differs first between tick 11 and tick 20: tick 10 is equal')
  expect(out).toMatch(/"b" +x +-/)
})

it('says what is wrong, and what is not there, with exit code 2', async () => {
  await physics.write('w', [put('a', [0, 0, 0])])
  for (const [line, message] of [
    ['--from 3', '--world is missing'],
    ['--world w --from soon', "--from must be the number of a tick, newest or oldest, not 'soon'"],
    ['--world w --to -1', '--to'],
    ['--world w --list --from 1', '--list takes no'],
    ['--world w --colour', '--colour'],
    ['--world nowhere', "no world 'nowhere'"],
    ['--world w --tenant other', "Tenant other has no world 'w'"],
    ['--world w', 'has no checkpoint'],
  ] as const) {
    const { code, err } = await run(line)
    expect([line, code, err]).toEqual([line, 2, expect.stringContaining(message)])
  }
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage:') })
  const folder = mkdtempSync(join(tmpdir(), 'orrery-replay-'))
  const nowhere = await run(`--world w --data ${folder}`, { DATABASE_URL: '' })
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('--data') })
  rmSync(folder, { recursive: true })
  const gone = await run('--world w', { DATABASE_URL: 'postgresql://orrery_physics:x@127.0.0.1:1/orrery' })
  expect(gone).toMatchObject({ code: 2, err: expect.stringContaining('does not answer') })
})
