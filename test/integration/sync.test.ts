import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FullCast } from '#sync/casts'
import { entityHash, hashText } from '#sync/digest'
import { applyFull } from '#sync/test-client'
import type { Entity } from '#world/event'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { createPlainClient, type PlainClient, serverSentEvents } from '../support/sync-client.ts'
import { until } from '../support/until.ts'

let dataDir: string
let stack: Stack
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-sync-'))
  stack = await startStack({ dataDir, port: 0, log: () => {} })
}, 120_000)
afterAll(async () => {
  await stack?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const call = async (method: string, path: string, body?: object): Promise<Response> => {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}

const put = (world: string, id: string, entity: Partial<Entity> & { activity?: number }) => {
  const { activity, ...fields } = entity
  return call('PUT', `/worlds/${world}/entities/${id}`, {
    ...{ name: id, classType: 'Thing', position: [0, 0, 0], ...fields },
    parameters: { ...fields.parameters, ...(activity !== undefined && { activity, mass: 1 }) },
  })
}

const collect = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
  const collected: T[] = []
  for await (const one of all) collected.push(one)
  return collected
}

const pause = (world: string) => call('POST', `/worlds/${world}/physics/pause`)

/** What a client would begin with now. */
const truth = async (world: string, filter: Record<string, string> = {}): Promise<Entity[]> => {
  const response = await call('GET', `/world/init?${new URLSearchParams({ world, ...filter })}`)
  const { fullState } = (await response.json()) as {
    fullState: { entities: (Entity & { group?: string })[] }
  }
  return fullState.entities.map(({ group: _, ...entity }) => entity)
}

const held = ({ state }: PlainClient): Entity[] => [...state.values()].sort((a, b) => (a.id < b.id ? -1 : 1))

/** Once nothing moves any more, the client holds what it would begin with. */
const agrees = (client: PlainClient, world: string, filter: Record<string, string> = {}): Promise<unknown> =>
  until('the client agrees', async () => {
    if (client.ended() !== undefined) throw new Error(`the stream ended: ${client.ended()}`)
    const [mine, theirs] = [held(client), await truth(world, filter)]
    return isDeepStrictEqual(mine, theirs) || undefined
  })

describe('a stream', () => {
  test('tells what is written at once, and what the physics moves at the end of its tick', async () => {
    await put('told', 'sun', { activity: 1 })
    const client = await createPlainClient(stack.url, 'told')
    await client.open()
    await put('told', 'rock', { position: [5, 0, 0], tags: ['warm'] })
    await put('told', 'rock', { position: [5, 0, 0], name: 'Rock' })
    await put('told', 'moon', { position: [3, 1, 0], activity: 0.5 })
    await until('bodies move', () => client.cursor().tick > 20)
    await call('DELETE', '/worlds/told/entities/rock')
    await pause('told')
    await agrees(client, 'told')
    expect(held(client).map(({ id }) => id)).toEqual(['moon', 'sun'])
    expect(client.state.get('moon')!.position).not.toEqual([3, 1, 0])
    client.close()
  })

  test('goes on from a cursor, whatever has happened meanwhile', async () => {
    await put('again', 'sun', { activity: 1 })
    for (const id of ['a', 'b', 'c'])
      await put('again', id, { activity: 0.2, position: [id.charCodeAt(0) - 95, 1, 0] })
    const client = await createPlainClient(stack.url, 'again')
    for (let round = 0; round < 3; round++) {
      await client.open()
      await until(
        'a frame comes',
        () => client.told.filter(({ type }) => type === 'snapshot').length > 3 * round,
      )
      client.close()
      await put('again', 'b', { name: `round ${round}`, activity: 0.2, position: [round, 2, 2] })
      await call('DELETE', '/worlds/again/entities/a')
      await put('again', 'a', { activity: 0.3 })
    }
    await pause('again')
    await client.open()
    await agrees(client, 'again')
    client.close()
  })

  test('with a box tells what comes into it and what leaves it', async () => {
    const box = { box: '-2,-2,-2,2,2,2' }
    for (let at = 0; at < 8; at++)
      await put('boxed', `body ${at}`, { activity: 0.5, position: [at - 4, (at % 3) - 1, 1] })
    const client = await createPlainClient(stack.url, 'boxed', box)
    await client.open()
    await until('bodies go in and out', () => client.told.some(({ left, entered }) => left ?? entered))
    client.close()
    await put('boxed', 'late', { position: [1, 1, 1] })
    await put('boxed', 'body 0', { position: [0, 0, 0], activity: 0.5 })
    await put('boxed', 'body 1', { position: [50, 0, 0], activity: 0.5 })
    await client.open()
    await until('it is told', () => client.state.has('late'))
    await pause('boxed')
    await agrees(client, 'boxed', box)
    client.close()
  })

  test('goes with the entity that it follows', async () => {
    await put('followed', 'hero', { position: [0, 0, 0] })
    for (let at = 0; at < 10; at++) await put('followed', `stone ${at}`, { position: [at * 4, 0, 0] })
    const around = { follow: 'hero', radius: '5' }
    const client = await createPlainClient(stack.url, 'followed', around)
    expect(held(client).map(({ id }) => id)).toEqual(['hero', 'stone 0', 'stone 1'])
    await client.open()
    for (let x = 4; x <= 20; x += 4) await put('followed', 'hero', { position: [x, 0, 0] })
    await until('it came along', () => held(client).length === 4 && client.state.has('stone 6'))
    expect(held(client).map(({ id }) => id)).toEqual(['hero', 'stone 4', 'stone 5', 'stone 6'])
    client.close()
  })

  test('tells digests that are those of what the client holds', async () => {
    await put('sums', 'é', { activity: 1 })
    await put('sums', 'still', { position: [-0, 7, 7] })
    await call('PATCH', '/worlds/sums/settings', { sync: { digestTicks: 5 } })
    const client = await createPlainClient(stack.url, 'sums')
    await client.open()
    const found = await until('a digest after which nothing came', () => {
      const last = client.told.at(-1)
      return last?.type === 'digest' && last.tick === client.cursor().tick ? last : undefined
    })
    let sum = 0
    for (const { id, position } of held(client)) {
      const bytes = new TextEncoder().encode(id)
      sum = (sum + entityHash(bytes, 0, bytes.length, ...position)) | 0
    }
    expect(found).toMatchObject({ region: '*', count: 2, hash: hashText(sum) })
    client.close()
  })

  test('ends with a resync where it cannot lead on', async () => {
    await put('far', 'a', {})
    const response = await fetch(`${stack.url}/events?world=far`, { headers: { 'last-event-id': '99999.0' } })
    const [told] = await collect(serverSentEvents(response.body!))
    expect(told).toMatchObject({ type: 'resync', reason: 'behind' })
  })

  test('names the field of what it is asked for and does not understand', async () => {
    const asked = async (query: string) => {
      const response = await fetch(`${stack.url}/events?world=told&${query}`)
      const { errors } = (await response.json()) as { errors: { field: string }[] }
      return [response.status, errors.map(({ field }) => field)]
    }
    expect(await asked('box=1,2,3')).toEqual([400, ['query.box']])
    expect(await asked('box=0,0,0,1,1,1&sphere=0,0,0,1')).toEqual([400, ['query.sphere']])
    expect(await asked('follow=a')).toEqual([400, ['query.radius']])
    expect(await asked('cursor=abc')).toEqual([400, ['query.cursor']])
    expect(await asked('rate=0')).toEqual([400, ['query.rate']])
    expect((await fetch(`${stack.url}/events?world=nowhere`)).status).toBe(404)
  })
})

describe('tick snapshots', () => {
  test('of the ticks that a client has missed lead it to where the world is', async () => {
    await put('missed', 'sun', { activity: 1 })
    await put('missed', 'planet', { position: [3, 0, 0], activity: 0.3 })
    const client = await createPlainClient(stack.url, 'missed')
    const from = client.cursor().tick + 1
    await put('missed', 'rock', { position: [200, 0, 0] })
    await put('missed', 'planet', { position: [3, 0, 0], name: 'Planet', activity: 0.3 })
    await call('DELETE', '/worlds/missed/entities/rock')
    await put('missed', 'stone', { position: [-100, 0, 0] })
    await pause('missed')
    const held = await until('what was recorded leads there', async () => {
      const answer = await call('GET', `/world/snapshots?world=missed&from=${from}&to=${from + 500}`)
      const body = (await answer.json()) as SnapshotsBody
      const state = new Map(client.state)
      for (const { fullCast } of body.snapshots) applyFull(state, fullCast)
      const all = [...state.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      return isDeepStrictEqual(all, await truth('missed')) ? body : undefined
    })
    expect(held.snapshots.length).toBeGreaterThan(1)
    expect(held.gaps.every(({ reason }) => reason === 'coalesced')).toBe(true)
    expect(held.snapshots.map(({ tick }) => tick)).toEqual(
      held.snapshots.map(({ tick }) => tick).sort((a, b) => a - b),
    )
  })

  test('that are not held any more are said to have expired', async () => {
    await put('fresh', 'a', {})
    const response = await fetch(`${stack.url}/world/snapshots?world=fresh&from=5&to=1`)
    expect([
      response.status,
      ((await response.json()) as { errors: { field: string }[] }).errors[0]!.field,
    ]).toEqual([400, 'query.to'])
    const init = (await (await call('GET', '/world/init?world=fresh')).json()) as { currentTick: number }
    const later = await call(
      'GET',
      `/world/snapshots?world=fresh&from=${init.currentTick + 10}&to=${init.currentTick + 20}`,
    )
    expect(await later.json()).toMatchObject({ snapshots: [], gaps: [] })
  })
})

interface SnapshotsBody {
  snapshots: { tick: number; seq: number; fullCast: FullCast }[]
  gaps: { reason: string }[]
}
