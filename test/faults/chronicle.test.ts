import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { projectWorld } from '#chronicle/projection/project-world'
import { stateHash } from '#chronicle/projection/state-hash'
import { verifyStep } from '#chronicle/projection/verify'
import { type ChronicleHarness, startChronicleHarness } from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { storyEvent } from '../support/random-story.ts'
import type { ChronicleProcessSettings } from './chronicle-process.ts'

let database: TestDatabase
let harness: ChronicleHarness

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database)
})

afterAll(async () => {
  await harness?.close()
  await database?.drop()
})

/** Answers whether it came to its end. */
const projectInChild = async (worldId: string, dieAt: number): Promise<boolean> => {
  const settings: ChronicleProcessSettings = {
    ...{ worldId, dieAt, batchEvents: 4 },
    backgroundUrl: database.url('orrery_background'),
    writerUrl: database.url('orrery_app'),
  }
  const script = fileURLToPath(new URL('chronicle-process.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(settings)], { execArgv: [], stdio: 'inherit' })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal !== 'SIGKILL') expect(code).toBe(0)
  return signal === null
}

const worldOf = async (worldId: string) => {
  const { rows: entities } = await harness.admin.query(
    `SELECT entity_id, name, class_type, x, y, z, (SELECT jsonb_object_agg(component_type, data) FROM components c
       WHERE c.world_id = e.world_id AND c.entity_id = e.entity_id) AS components
     FROM entities e WHERE world_id = $1 ORDER BY entity_id`,
    [worldId],
  )
  const { rows: relationships } = await harness.admin.query(
    `SELECT source_id, target_id, type, strength FROM relationships WHERE world_id = $1 ORDER BY 1, 2, 3`,
    [worldId],
  )
  return { entities, relationships, hash: await stateHash(harness.context.pool, worldId) }
}

it('comes to the same however often it is killed, and loses no right to delete what it has made', async () => {
  const ids = Array.from({ length: 24 }, (_, index) => `e${index}`)
  const events = fc.sample(fc.tuple(...ids.map(storyEvent)), { seed: 7, numRuns: 1 })[0]!
  const [killed, undisturbed] = [await harness.makeWorld(), await harness.makeWorld()]
  const told = ids.filter((_, index) => index % 3 !== 0)
  for (const world of [killed, undisturbed])
    for (let from = 0; from < events.length; from += 4) await world.record(events.slice(from, from + 4))

  const dieAts = fc.sample(fc.integer({ min: 20, max: 110 }), { seed: 11, numRuns: 14 })
  let deaths = 0
  for (const [index, dieAt] of dieAts.entries()) {
    if (index === 7) for (const world of [killed, undisturbed]) await world.retract(told)
    if (!(await projectInChild(killed.worldId, dieAt))) deaths++
  }
  expect(deaths).toBeGreaterThan(5)
  expect(await projectInChild(killed.worldId, 0)).toBe(true)
  await projectWorld(harness.context, undisturbed.worldId)
  expect(await worldOf(killed.worldId)).toEqual(await worldOf(undisturbed.worldId))
  const differences: unknown[] = []
  const step = await verifyStep(harness.context, killed.worldId, (found) => differences.push(found))
  expect(step).toMatchObject({ state: 'verified', differences: 0 })
  expect(differences).toEqual([])
})
