import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProjectionContext } from '#chronicle/projection/context'
import { projectWorld } from '#chronicle/projection/project-world'
import { rebuildStep } from '#chronicle/projection/rebuild'
import { verifyStep } from '#chronicle/projection/verify'
import {
  type ChronicleHarness,
  startChronicleHarness,
  type TestWorld,
  told,
} from '../support/chronicle-harness.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { pausingPool } from '../support/pausing-pool.ts'

let database: TestDatabase
let harness: ChronicleHarness

beforeAll(async () => {
  database = await createTestDatabase()
  harness = startChronicleHarness(database, { batchEvents: 2 })
})

afterAll(async () => {
  await harness?.close()
  await database?.drop()
})

const hurt = (id: string) =>
  told({ id, action: 'hurt', actors: [{ name: 'Hero', entityType: 'Character', role: 'target' }] })

const tell = (world: TestWorld, ...ids: string[]): Promise<void> =>
  world.write([{ kind: 'record-chronicle-events', chronicleId: 'story', events: ids.map(hurt) }])

const project = (context: ProjectionContext, world: TestWorld): Promise<unknown> =>
  projectWorld(context, world.worldId)
const rebuild = async (context: ProjectionContext, world: TestWorld): Promise<unknown> => {
  for (;;) if ((await rebuildStep(context, world.worldId))?.state === 'switched') return
}
const verify = async (context: ProjectionContext, world: TestWorld): Promise<unknown> => {
  for (;;) {
    const step = await verifyStep(context, world.worldId, () => {})
    if (step?.state === 'verified') return
    if (step?.state === 'behind') await project(harness.context, world)
  }
}

it.each([
  ['a projection that derives', project, /INSERT INTO chronicle_derived/],
  ['a projection that is done', project, /LEFT JOIN LATERAL/],
  ['a rebuild that derives', rebuild, /INSERT INTO chronicle_derived/],
  ['a rebuild that compares with the world', rebuild, /LEFT JOIN LATERAL/],
  ['a rebuild that switches over', rebuild, /DELETE FROM chronicle_derived WHERE/],
  ['a comparison that derives', verify, /INSERT INTO chronicle_derived/],
  ['a comparison', verify, /LEFT JOIN LATERAL/],
])('nobody who tells waits for %s', async (_, work, statement) => {
  const world = await harness.makeWorld()
  await tell(world, 'a')
  if (work !== project) await project(harness.context, world)
  await tell(world, 'b')
  const paused = pausingPool(harness.context.pool, statement)
  const done = work({ ...harness.context, pool: paused.pool }, world)
  const first = Promise.race([paused.reached.then(() => 'paused'), done.then(() => 'done')])
  expect(await first).toBe('paused')
  try {
    // it would be refused by its time limit, with the step still open
    await tell(world, 'c')
    await world.write([{ kind: 'retract-chronicle-event', chronicleId: 'story', eventId: 'a', reason: '' }])
  } finally {
    paused.goOn()
  }
  await done
  await project(harness.context, world)
  const { rows } = await harness.admin.query(
    `SELECT data FROM components WHERE world_id = $1 AND entity_id = 'character:hero' AND component_type = 'Health'`,
    [world.worldId],
  )
  expect(rows).toEqual([{ data: { current: 80, max: 100 } }])
  const { rows: progress } = await harness.admin.query(
    'SELECT recorded_seq = projected_seq AS "isDone" FROM chronicle_progress WHERE world_id = $1',
    [world.worldId],
  )
  expect(progress).toEqual([{ isDone: true }])
})
