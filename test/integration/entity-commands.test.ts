import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BusEntry } from '#relay/destination'
import { createDispatcher } from '#relay/dispatcher'
import { relayWorld } from '#relay/relay'
import { startTestApi, type TestApi } from '../support/api.ts'
import { openRelayStage, type RelayStage } from './relay-support.ts'

let stage: RelayStage
let api: TestApi

beforeAll(async () => {
  stage = await openRelayStage()
  api = await startTestApi(stage.database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await stage?.stop()
})

const command = (id: string, cmd: string, params?: object, headers: Record<string, string> = {}) =>
  api.call('POST', `/entity/${id}/command`, { cmd, params }, headers)

const entity = async (id: string, world = 'default') =>
  (await api.call('GET', `/worlds/${world}/entities/${id}`)).body

const worldRow = async (name: string) =>
  (
    await stage.admin.query('SELECT world_id, seq, active_bodies, ramp_seq FROM worlds WHERE name = $1', [
      name,
    ])
  ).rows[0]

const lastEvent = async (name: string) => {
  const { world_id } = await worldRow(name)
  const text = 'SELECT type, data, cause FROM world_events WHERE world_id = $1 ORDER BY seq DESC LIMIT 1'
  return (await stage.admin.query(text, [world_id])).rows[0]
}

describe('commands to an entity', () => {
  it('spawn it, and make the world with it', async () => {
    const answer = await command('probe', 'spawn', { position: [1, 2, 3], parameters: { mass: 4 } })
    expect(answer).toMatchObject({ status: 200, body: { status: 'applied', seq: 2, events: 1 } })
    expect(await entity('probe')).toMatchObject({
      ...{ name: 'probe', classType: 'Part', position: [1, 2, 3], parameters: { mass: 4 } },
      ...{ rotation: [0, 0, 0, 1], scale: [1, 1, 1], tags: [], extra: {} },
    })
    const again = await command('probe', 'spawn', { position: [0, 0, 0] })
    expect(again).toMatchObject({ status: 409, body: { errors: [{ field: 'path.id' }] } })
    expect(again.body.detail).toContain("'probe'")
  })

  it('set what they name, each with one event', async () => {
    const at = { 'x-world': 'settings' }
    await command('a', 'spawn', { position: [0, 0, 0], name: 'Ada', classType: 'Light' }, at)
    expect((await command('a', 'setActivity', { value: 2.5 }, at)).body).toMatchObject({ events: 1 })
    expect(await lastEvent('settings')).toMatchObject({
      type: 'entity.updated.v1',
      data: { changes: [{ field: 'parameters.activity', newValue: 2.5 }] },
      cause: { command: { cmd: 'setActivity', params: { value: 2.5, rampTicks: 0 } } },
    })
    await command('a', 'setJitter', { value: 0.5 }, at)
    await command('a', 'freeze', undefined, at)
    await command('a', 'move', { position: [7, 8, 9] }, at)
    expect(await entity('a', 'settings')).toMatchObject({
      ...{ name: 'Ada', classType: 'Light', position: [7, 8, 9] },
      parameters: { activity: 2.5, jitter: 0.5, anchored: true },
    })
    await command('a', 'freeze', { frozen: false }, at)
    expect((await entity('a', 'settings')).parameters.anchored).toBe(false)
    expect((await command('a', 'despawn', {}, at)).status).toBe(200)
    expect((await command('a', 'despawn', {}, at)).status).toBe(404)
    expect((await command('a', 'move', { position: [0, 0, 0] }, at)).body.detail).toContain("'a'")
    expect((await command('b', 'freeze', {}, { 'x-world': 'nowhere' })).status).toBe(404)
  })

  it('are events also where everything already is so', async () => {
    const at = { 'x-world': 'same' }
    await command('a', 'spawn', { position: [0, 0, 0], parameters: { activity: 1 } }, at)
    expect((await command('a', 'setActivity', { value: 1 }, at)).body).toMatchObject({ events: 1 })
    expect(await lastEvent('same')).toMatchObject({
      data: { changes: [{ field: 'parameters.activity', oldValue: 1, newValue: 1 }] },
      cause: { command: { cmd: 'setActivity' } },
    })
    expect(await entity('a', 'same')).toMatchObject({ parameters: { activity: 1 } })
    expect((await worldRow('same')).active_bodies).toBe(1)
  })

  it('take effect once under one request id', async () => {
    const headers = { 'x-world': 'once', 'x-request-id': 'the-same' }
    const first = await command('a', 'spawn', { position: [0, 0, 0] }, headers)
    const second = await command('a', 'spawn', { position: [0, 0, 0] }, headers)
    expect(second.body).toEqual(first.body)
    expect((await worldRow('once')).seq).toBe(2)
  })

  it('ramp: the log and the count of active bodies have the final value, the event the ticks', async () => {
    const at = { 'x-world': 'ramps' }
    await command('a', 'spawn', { position: [0, 0, 0] }, at)
    await command('a', 'setActivity', { value: 3, rampTicks: 20 }, at)
    expect(await lastEvent('ramps')).toMatchObject({
      data: { changes: [{ field: 'parameters.activity', newValue: 3 }], ramp: { ticks: 20 } },
    })
    expect(await worldRow('ramps')).toMatchObject({ active_bodies: 1, ramp_seq: null })
    await command('a', 'setActivity', { value: 0, rampTicks: 10 }, at)
    // nothing is active by the log, but the body is on its way: the world still needs ticks
    expect(await worldRow('ramps')).toMatchObject({ active_bodies: 0, ramp_seq: 4 })
    const active = 'SELECT FROM active_worlds WHERE world_id = $1'
    const { world_id } = await worldRow('ramps')
    expect((await stage.admin.query(active, [world_id])).rowCount).toBe(1)
  })

  it('wait in the overflow like any other write, and keep their cause', async () => {
    const overflow = api.overflow
    await command('a', 'spawn', { position: [0, 0, 0] }, { 'x-world': 'later' })
    await overflow.divert(
      { tenantId: 'local', world: 'later' },
      {
        ...{ tenantId: 'local', world: 'later', requestId: 'first', commands: [], mustExist: true },
      },
    )
    const answer = await command('a', 'setJitter', { value: 1 }, { 'x-world': 'later' })
    expect(answer).toMatchObject({ status: 202, body: { status: 'waiting' } })
    await api.api.applyOverflow({
      ...{ tenantId: 'local', world: 'later', requestId: answer.body.requestId },
      ...{ commands: [{ kind: 'set-parameter', entityId: 'a', name: 'jitter', value: 1, always: true }] },
      command: { cmd: 'setJitter', params: { value: 1 } },
    })
    expect((await lastEvent('later')).cause).toMatchObject({ command: { cmd: 'setJitter' } })
  })
})

it('each command reaches whoever listens on the bus for commands of a world', async () => {
  const at = { 'x-world': 'heard' }
  await command('a', 'spawn', { position: [0, 0, 0] }, at)
  await api.call('POST', '/eustress/ingest/parameter', {
    ...{ space_name: 'heard', entity_id: 'a', parameter_name: 'note', value: 1 },
  })
  await command('a', 'setActivity', { value: 1, rampTicks: 5 }, at)
  await command('a', 'setActivity', { value: 1 }, at)
  await command('a', 'despawn', {}, at)
  const { world_id: worldId } = await worldRow('heard')
  const entries: BusEntry[] = []
  const take = async (entry: BusEntry) => void entries.push(entry)
  const rule = { name: 'heard', match: { worldId: [worldId] }, target: { kind: 'function', invoke: take } }
  const publisher = createDispatcher([rule as Parameters<typeof createDispatcher>[0][number]], () => 'x')
  const relay = await stage.relay({ destinations: [{ name: 'bus', kind: 'publisher', publisher }] })
  await relayWorld(relay, worldId)
  const details = entries.map(({ detail }) => JSON.parse(detail))
  // {"detail": {"worldId": [worldId], "cause": {"command": {"cmd": [{"exists": true}]}}}}
  const heard = details.filter((detail) => detail.worldId === worldId && detail.cause.command?.cmd)
  expect(heard.map(({ entityId, cause: { command } }) => [entityId, command])).toEqual([
    ['a', { cmd: 'spawn', params: expect.objectContaining({ position: [0, 0, 0] }) }],
    ['a', { cmd: 'setActivity', params: { value: 1, rampTicks: 5 } }],
    ['a', { cmd: 'setActivity', params: { value: 1, rampTicks: 0 } }],
    ['a', { cmd: 'despawn', params: {} }],
  ])
  expect(details).toHaveLength(6)
})
