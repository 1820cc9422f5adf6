import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cutAll } from '#physics/cut'
import { hydrateFromRows } from '#physics/hydrate-rows'
import {
  acquireLease,
  findOrphans,
  type Holder,
  type Lease,
  LeaseLost,
  releaseLease,
  renewLeases,
} from '#physics/lease'
import { deleteRows, writeRows } from '#physics/physics-rows'
import { pruneTicks } from '#physics/prune-ticks'
import { claimSlot, releaseSlot, renewSlot } from '#physics/slots'
import { appendTicks, lastTick, readTicks } from '#physics/tick-log'
import type { Command } from '#world/commands'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'

let physics: PhysicsHarness
let pool: pg.Pool
beforeAll(async () => {
  physics = await createPhysicsHarness()
  pool = physics.pool
})
afterAll(() => physics?.close())

const holder = (id: string): Holder => ({ id, slot: 0, address: 'http://127.0.0.1:1', ttlMs: 60_000 })

let worldId: string
beforeEach(async () => {
  const { worldId: made } = await physics.write(`world ${randomUUID()}`, [
    put('a', [1, 0, 0]),
    put('b', [2, 0, 0]),
  ])
  worldId = made
})

const expire = () =>
  pool.query(`UPDATE leases SET expires_at = now() - interval '1 second' WHERE world_id = $1`, [worldId])

const everything = async () => {
  const rows = await pool.query('SELECT * FROM entity_physics_state WHERE world_id = $1 ORDER BY entity_id', [
    worldId,
  ])
  return { rows: rows.rows, ticks: await readTicks(pool, worldId, -1) }
}

const cutOf = async ({ tenantId }: Lease) => {
  const { bodies } = await hydrateFromRows(pool, { worldId, tenantId }, undefined)
  bodies.x.fill(99)
  return { cut: cutAll(bodies), from: 0, to: bodies.count }
}

it('lets nobody write whose lease was taken over', async () => {
  const stale = (await acquireLease(pool, worldId, holder('stale')))!
  await appendTicks(pool, stale, [{ tick: 0, toSeq: 3 }])
  await expire()
  const fresh = (await acquireLease(pool, worldId, holder('fresh')))!
  expect(fresh.token).toBe(stale.token + 1)
  const before = await everything()
  const cut = await cutOf(stale)
  for (const attempt of [
    () => appendTicks(pool, stale, [{ tick: 1, toSeq: 3 }]),
    () => pruneTicks(pool, stale, 5),
    () => writeRows(pool, stale, cut, { tick: 1, seq: 3 }),
    () => deleteRows(pool, stale, ['a']),
  ])
    await expect(attempt()).rejects.toThrow(LeaseLost)
  expect(await everything()).toEqual(before)
  expect((await renewLeases(pool, holder('stale'), [{ lease: stale, active: true }])).size).toBe(0)
  await releaseLease(pool, { lease: stale, active: false })
  expect((await renewLeases(pool, holder('fresh'), [{ lease: fresh, active: true }])).get(worldId)).toEqual({
    headSeq: 3,
    wanted: false,
  })
  await writeRows(pool, fresh, cut, { tick: 1, seq: 3 })
  expect((await everything()).rows.map(({ x, tick }) => [x, tick])).toEqual([
    [99, 1],
    [99, 1],
  ])
})

it('makes a successor wait for a write that is under way', async () => {
  const old = (await acquireLease(pool, worldId, holder('old')))!
  await expire()
  const client = await pool.connect()
  let acquired = false
  try {
    await client.query('BEGIN')
    await client.query('SELECT FROM leases WHERE world_id = $1 AND token = $2 FOR SHARE', [
      worldId,
      old.token,
    ])
    const successor = acquireLease(pool, worldId, holder('new')).finally(() => {
      acquired = true
    })
    const blocked = async () =>
      (await pool.query('SELECT FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0')).rowCount
    while (!(await blocked())) expect(acquired).toBe(false)
    await client.query('INSERT INTO tick_log (world_id, tick, tenant_id, to_seq) VALUES ($1, 0, $2, 3)', [
      worldId,
      old.tenantId,
    ])
    await client.query('COMMIT')
    expect((await successor)?.token).toBe(2)
    expect(await lastTick(pool, worldId)).toMatchObject({ tick: 0, toSeq: 3 })
  } finally {
    client.release()
  }
})

it('gives a lease to one holder at a time, and after a release at once', async () => {
  const contenders = ['one', 'two', 'three', 'four']
  const leases = await Promise.all(contenders.map((id) => acquireLease(pool, worldId, holder(id))))
  const won = leases.filter((lease) => lease !== undefined)
  expect(won.length).toBe(1)
  expect(await acquireLease(pool, worldId, holder('late'))).toBeUndefined()
  await releaseLease(pool, { lease: won[0], active: false })
  expect((await acquireLease(pool, worldId, holder('late')))?.token).toBe(2)
  expect(await acquireLease(pool, randomUUID(), holder('none'))).toBeUndefined()
})

it('renews a lease that has run out as long as nobody took it', async () => {
  const lease = (await acquireLease(pool, worldId, holder('slow')))!
  await expire()
  expect((await renewLeases(pool, holder('slow'), [{ lease, active: true }])).has(worldId)).toBe(true)
  expect(await acquireLease(pool, worldId, holder('other'))).toBeUndefined()
})

it('finds the worlds that need a holder and have none', async () => {
  const isOrphan = async () => (await findOrphans(pool)).includes(worldId)
  expect(await isOrphan()).toBe(true)
  const lease = (await acquireLease(pool, worldId, holder('first')))!
  expect(await isOrphan()).toBe(false)
  // a crash
  await expire()
  expect(await isOrphan()).toBe(true)
  expect(await findOrphans(pool, { activeOnly: true })).toContain(worldId)
  // everything is digested, and nothing moves
  await renewLeases(pool, holder('first'), [{ lease, active: false }])
  await appendTicks(pool, lease, [{ tick: 0, toSeq: 3 }])
  await releaseLease(pool, { lease, active: false })
  expect(await isOrphan()).toBe(false)
  await pool.query('UPDATE leases SET active = true WHERE world_id = $1', [worldId])
  expect(await isOrphan()).toBe(true)
})

it('finds only the worlds that move where a scaler decides how many processes there are', async () => {
  const isOrphan = async () => (await findOrphans(pool, { activeOnly: true })).includes(worldId)
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM worlds WHERE world_id = $1', [
    worldId,
  ])
  const write = (command: Command) => physics.write(rows[0].name, [command])
  expect(await isOrphan()).toBe(false)
  await write(put('a', [1, 0, 0], { activity: 1 }))
  expect(await isOrphan()).toBe(true)
  await write(physicsSettings({ paused: true }))
  expect(await isOrphan()).toBe(false)
  await write(physicsSettings({ paused: false }))
  expect(await isOrphan()).toBe(true)
  const lease = (await acquireLease(pool, worldId, holder('first')))!
  expect(lease.headSeq).toBe(6)
  expect(await isOrphan()).toBe(false)
  await releaseLease(pool, { lease, active: true })
  expect(await isOrphan()).toBe(true)
  await write({ kind: 'delete-entity', entityId: 'a' })
  expect(await isOrphan()).toBe(false)
})

it('writes the same ticks once, and rows that are missing anew', async () => {
  const lease = (await acquireLease(pool, worldId, holder('writer')))!
  await appendTicks(pool, lease, [{ tick: 0, toSeq: 3 }])
  await appendTicks(pool, lease, [
    { tick: 0, toSeq: 3 },
    { tick: 1, toSeq: 3 },
  ])
  expect((await everything()).ticks.length).toBe(2)
  const cut = await cutOf(lease)
  await deleteRows(pool, lease, ['b', 'never there'])
  expect((await everything()).rows.length).toBe(1)
  await writeRows(pool, lease, cut, { tick: 4, seq: 3 })
  expect((await everything()).rows.map(({ entity_id, x, tick }) => [entity_id, x, tick])).toEqual([
    ['a', 99, 4],
    ['b', 99, 4],
  ])
})

it('gives each process the lowest free slot', async () => {
  const claim = (holder: string) =>
    claimSlot(pool, { holder, revision: undefined, startedAt: new Date() }, 2, 60_000)
  expect([await claim('a'), await claim('b'), await claim('c')]).toEqual([0, 1, undefined])
  expect(await renewSlot(pool, 'c', 0, 60_000)).toBe('lost')
  await pool.query(`UPDATE physics_slots SET expires_at = now() - interval '1 second' WHERE slot = 0`)
  expect(await claim('c')).toBe(0)
  expect(await renewSlot(pool, 'a', 0, 60_000)).toBe('lost')
  await releaseSlot(pool, 'b', 1)
  expect(await claim('a')).toBe(1)
})

it('tells a process that one of another revision has started since, be it that it waits for a slot', async () => {
  await pool.query('DELETE FROM physics_slots')
  const start = (holder: string, revision: string | undefined, second: number) =>
    claimSlot(pool, { holder, revision, startedAt: new Date(second * 1_000) }, 3, 60_000)
  expect([await start('old', 'physics:1', 1), await start('twin', 'physics:1', 2)]).toEqual([0, 1])
  expect(await start('plain', undefined, 3)).toBe(2)
  const states = () =>
    Promise.all(['old', 'twin', 'plain'].map((holder, slot) => renewSlot(pool, holder, slot, 60_000)))
  expect(await states()).toEqual(['held', 'held', 'held'])
  expect(await start('next', 'physics:2', 4)).toBeUndefined()
  expect(await states()).toEqual(['superseded', 'superseded', 'held'])
  await releaseSlot(pool, 'old', 0)
  expect(await start('next', 'physics:2', 4)).toBe(0)
  expect(await renewSlot(pool, 'next', 0, 60_000)).toBe('held')
  // one that is late does not supersede what started after it
  expect(await start('late', 'physics:1', 3)).toBeUndefined()
  expect(await renewSlot(pool, 'next', 0, 60_000)).toBe('held')
})
