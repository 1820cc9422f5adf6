import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PhysicsConfig } from '#physics/config'
import type { PhysicsStatus } from '#physics/status'
import { createPool } from '#platform/postgres/pool'
import { startTestApi, type TestApi } from '../support/api.ts'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  parent,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let api: TestApi

beforeEach(async () => {
  physics = await createPhysicsHarness()
  api = await startTestApi(physics.database.url('orrery_app'))
})
afterEach(async () => {
  await api?.stop()
  await physics?.close()
})

const get = (path: string) => api.call('GET', path)

const settled = (worldId: string, seq: number): Promise<PhysicsStatus> =>
  until(`world at seq ${seq}`, async () => {
    const status = await physics.status(worldId)
    return status?.seq === seq ? status : undefined
  })

/** A world that moves only when it is stepped. */
const pausedWorld = async (overrides: Partial<PhysicsConfig> = {}) => {
  const service = await physics.start(overrides)
  const { worldId, seq } = await physics.send('w', [
    physicsSettings({ paused: true, entanglement: 0.5, seed: 7 }),
    put('a', [0, 0, 0], { activity: 1, jitter: 0.5 }),
    put('b', [5, 0, 0], { activity: 2, mass: 3 }),
    put('still', [9, 9, 9], { activity: 0 }),
    parent('b', 'a', 2),
  ])
  return { service, ...(await settled(worldId, seq)) }
}

const step = async (worldId: string, ticks: number): Promise<PhysicsStatus> =>
  (await physics.ask<PhysicsStatus>(worldId, `physics/step?ticks=${ticks}`, 'POST'))!.body

it('answers the state after each tick as it was then, also after a restart', async () => {
  const { service, worldId, tick: first } = await pausedWorld()
  const seen: { status: PhysicsStatus; positions: Record<string, number[]> }[] = []
  for (let round = 0; round < 6; round++) {
    if (round === 3) {
      const { seq } = await physics.send('w', [put('late', [round, 1, 1], { activity: 1 })])
      await settled(worldId, seq)
    }
    const status = await step(worldId, 1 + round)
    seen.push({ status, positions: await physics.positions(worldId) })
  }
  const check = async () => {
    for (const index of [4, 0, 5, 2, 1, 3]) {
      const { status, positions } = seen[index]!
      const answer = await get(`/worlds/w/physics?tick=${status.tick}&entity=b&entity=late&entity=a`)
      const { tick, seq, stateHash, bodies, active } = status
      expect(answer).toMatchObject({ status: 200, body: { tick, seq, stateHash, bodies, active } })
      const ids = index < 3 ? ['b', 'a'] : ['b', 'late', 'a']
      expect(answer.body.entities.map(({ id }: { id: string }) => id)).toEqual(ids)
      for (const { id, position } of answer.body.entities) expect([id, position]).toEqual([id, positions[id]])
      expect(answer.body.missing).toEqual(index < 3 ? ['late'] : [])
      expect(answer.body.entities[0]).toMatchObject({ mass: 3, activity: 2, jitter: 0, anchored: false })
    }
  }
  await check()
  await service.stop()
  await physics.start()
  await until('it is held again', () => physics.status(worldId))
  await check()
  const oldest = await get(`/worlds/w/physics?tick=${first}`)
  expect(oldest).toMatchObject({ status: 200, body: { tick: first, entities: [] } })
})

it('names what is wrong with a question', async () => {
  const { tick } = await pausedWorld()
  for (const [query, status, field] of [
    [`tick=${tick + 1}`, 422, 'query.tick'],
    ['tick=-1', 400, 'query.tick'],
    ['tick=soon', 400, 'query.tick'],
    ['asOf=99', 400, 'query.asOf'],
    ['tick=0&asOf=1', 400, 'query.asOf'],
    ['entity=a', 400, 'query.entity'],
    ['tick=0&tick=1', 400, 'query.tick'],
    ['tick=0&entity=', 400, 'query.entity[0]'],
  ] as const) {
    const answer = await get(`/worlds/w/physics?${query}`)
    expect([query, answer.status, answer.body.errors?.[0].field]).toEqual([query, status, field])
  }
  expect((await get(`/worlds/w/physics?tick=${tick + 1}`)).body.lastTick).toBe(tick)
})

it('an entity as of a seq is where the last tick before later events had it', async () => {
  const { worldId } = await pausedWorld()
  const before = await step(worldId, 20)
  const place = (await physics.positions(worldId)).a
  const { seq } = await physics.send('w', [
    { kind: 'move-entity', entityId: 'a', position: [50, 0, 0] },
    { kind: 'delete-entity', entityId: 'b' },
    put('new', [1, 2, 3]),
  ])
  await settled(worldId, seq)
  await step(worldId, 5)
  const a = await get(`/worlds/w/entities/a?asOf=${before.seq}`)
  expect(a).toMatchObject({
    status: 200,
    body: { position: [0, 0, 0], physics: { tick: before.tick, position: place, activity: 1, jitter: 0.5 } },
  })
  expect(a.body.physicsAbsence).toBeUndefined()
  expect((await get(`/worlds/w/entities/b?asOf=${before.seq}&physics=true`)).body.physics.mass).toBe(3)
  const state = await get(`/worlds/w/physics?asOf=${before.seq}&entity=b`)
  expect(state.body).toMatchObject({ tick: before.tick, stateHash: before.stateHash, missing: [] })
  // the first state has all of the first events, so that none of it was between them
  expect((await get(`/worlds/w/entities/a?asOf=3`)).body).toMatchObject({
    ...{ physics: null, physicsAbsence: 'not-retained' },
  })
  const moved = await get(`/worlds/w/entities/new?asOf=${seq}`)
  expect(moved.body.physics).toMatchObject({ position: [1, 2, 3] })
  const unasked = await get(`/worlds/w/entities/a?asOf=${before.seq}&physics=false`)
  expect(unasked.body).toMatchObject({ physics: null, physicsAbsence: 'not-asked' })
})

it('an entity as of a seq is answered without its physics where nobody holds the world', async () => {
  const { service, worldId, seq } = await pausedWorld()
  await step(worldId, 3)
  await service.stop()
  expect(await get(`/worlds/w/entities/a?asOf=${seq}`)).toMatchObject({
    status: 200,
    body: { id: 'a', physics: null, physicsAbsence: 'unavailable' },
  })
  for (const path of [`entities/a?asOf=${seq}&physics=true`, 'physics?tick=1']) {
    const answer = await get(`/worlds/w/${path}`)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '15'])
  }
})

it('says which tick is the oldest that is retained, and keeps the tick log from there on', async () => {
  const { worldId, tick, seq } = await pausedWorld({
    ...{ checkpointsKept: 2, checkpointsHourly: 0, checkpointEveryMs: 30 },
  })
  await until('the first ticks are forgotten', async () => {
    await step(worldId, 10)
    return (await get(`/worlds/w/physics?tick=${tick}`)).status === 410
  })
  // the oldest state moves on with each checkpoint, also with those of the last steps
  const { rows } = await physics.pool.query('SELECT min(tick) AS tick FROM tick_log WHERE world_id = $1', [
    worldId,
  ])
  const gone = await get(`/worlds/w/physics?tick=${tick}`)
  expect(gone).toMatchObject({ status: 410, body: { title: 'No longer retained' } })
  expect(rows[0].tick).toBeLessThanOrEqual(gone.body.oldestTick)
  await until('the oldest state that is retained is answered', async () => {
    const { oldestTick } = (await get(`/worlds/w/physics?tick=${tick}`)).body
    return (await get(`/worlds/w/physics?tick=${oldestTick}&entity=a`)).status === 200
  })
  await physics.send('w', [put('later', [1, 1, 1])])
  expect((await get(`/worlds/w/entities/a?asOf=${seq - 1}`)).body.physicsAbsence).toBe('not-retained')
})

it('a state that takes long to rebuild is answered later, while the world goes on', async () => {
  const { worldId, tick } = await pausedWorld({ historyBudgetMs: 0, checkpointEveryMs: 3_600_000 })
  for (let round = 0; round < 3; round++) await step(worldId, 1_000)
  const path = `/worlds/w/physics?tick=${tick + 2_500}`
  const early = await get(path)
  expect(early).toMatchObject({ status: 503, body: { title: 'State being rebuilt' } })
  expect(early.headers.get('retry-after')).toBe('2')
  const { stateHash } = await step(worldId, 1)
  const late = await until('it is rebuilt', async () => {
    const answer = await get(path)
    return answer.status === 200 ? answer : undefined
  })
  expect(late.body.tick).toBe(tick + 2_500)
  expect((await physics.status(worldId))!.stateHash).toBe(stateHash)
})

it('a world whose states have no room is refused, and goes on', async () => {
  const { worldId, tick } = await pausedWorld({ historyBytes: 100 })
  await step(worldId, 3)
  expect(await get(`/worlds/w/physics?tick=${tick}`)).toMatchObject({ status: 422 })
  // the state that the world has needs none
  expect((await get(`/worlds/w/physics?tick=${tick + 3}`)).status).toBe(200)
})

it('a state that does not come out as it was recorded is no answer', async () => {
  const lines: string[] = []
  await physics.start({ tickHashShare: 1 }, { log: (line) => lines.push(line) })
  const { worldId, seq } = await physics.send('w', [
    physicsSettings({ paused: true }),
    put('a', [0, 0, 0], { activity: 1 }),
  ])
  const { tick } = await settled(worldId, seq)
  await step(worldId, 5)
  const owner = createPool({ connectionString: physics.database.adminUrl, applicationName: 'test-owner' })
  const text = `UPDATE tick_log SET state_hash = decode(repeat('ab', 32), 'hex') WHERE world_id = $1 AND tick = $2`
  await owner.query(text, [worldId, tick + 3]).finally(() => owner.end())
  expect((await get(`/worlds/w/physics?tick=${tick + 2}`)).status).toBe(200)
  expect((await get(`/worlds/w/physics?tick=${tick + 3}`)).status).toBe(500)
  expect(lines.join()).toContain('it comes out differently')
})

it('each tick of a small world has the hash of its state in the log', async () => {
  const { worldId } = await pausedWorld({ tickHashShare: 1 })
  const hashes: [number, string][] = []
  for (let round = 0; round < 5; round++) {
    const { tick, stateHash } = await step(worldId, 1)
    hashes.push([tick, stateHash])
  }
  const { rows } = await physics.pool.query<{ tick: number; hash: string }>(
    `SELECT tick, encode(state_hash, 'hex') AS hash FROM tick_log WHERE world_id = $1 AND tick >= $2 ORDER BY tick`,
    [worldId, hashes[0]![0]],
  )
  expect(rows.map(({ tick, hash }) => [tick, hash])).toEqual(hashes)
})
