import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localKeyFile } from '#world/sealing/local-key-file'
import { closedDoor } from '../../scripts/local/identity.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'

let database: TestDatabase
let issuer: Issuer
let folder: string
let api: TestApi
let token: string
let plainToken: string
let epoch: { id: string; snapshot_ids: string[]; sample_count: number }

const everything = 'world:read world:write world:admin'
const start = () => {
  const door = closedDoor({ issuer: issuer.url, audience: 'orrery' })
  const keyWrapper = localKeyFile(join(folder, 'sealing-key'))
  return startTestApi(database.url('orrery_app'), { door: () => door, keyWrapper })
}
const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, body, { authorization: `Bearer ${token}` })
const fetchSamples = async (query: string, on = api, bearer = token) => {
  const url = `${on.url}/eustress/epochs/w/${epoch.id}/samples?${query}`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${bearer}` } })
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) }
}
// biome-ignore lint/suspicious/noExplicitAny: a line is whatever the test expects it to be
type Line = any
const linesOf = (bytes: Buffer): Line[] =>
  bytes
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const samples = async (query = '', bearer = token) => linesOf((await fetchSamples(query, api, bearer)).bytes)
const ingest = (entities: object[], connections: object[] = []) =>
  call('POST', '/eustress/ingest/batch', { space_name: 'w', entities, connections })
const cut = async () => (await call('POST', '/eustress/ingest/snapshot/w')).body.snapshot_id

const entity = (n: number, x = n) => ({
  ...{ id: `e${n}`, name: `Entity ${n}`, class_type: n % 5 === 0 ? 'Rare' : 'Part', position: [x, -n, 0.5] },
  ...(n % 3 === 0 && { parameters: { activity: n / 2, mass: 'heavy', note: 'ü"\n' } }),
})
const edge = (source: number, target: number, connection_type = 'hierarchy') => ({
  ...{ source_id: `e${source}`, target_id: `e${target}`, connection_type, strength: 0.25, colour: 'red' },
})
const numbers = Array.from({ length: 40 }, (_, n) => n)

beforeAll(async () => {
  ;[database, issuer] = await Promise.all([createTestDatabase(), startIssuer('orrery')])
  folder = mkdtempSync(join(tmpdir(), 'orrery-samples-'))
  api = await start()
  const sign = (scope: string) => issuer.sign({ sub: 'user', tenant: 'acme', scope })
  token = await sign(`${everything} world:sensitive`)
  plainToken = await sign(everything)
  await ingest(
    numbers.map((n) => entity(n)),
    numbers.slice(1, 20).map((n) => edge(Math.floor(n / 3), n)),
  )
  await call('POST', '/worlds/w/component-types', {
    ...{
      type: 'Diary',
      sensitive: true,
      schema: { type: 'object', properties: { text: { type: 'string' } } },
    },
  })
  await call('PUT', '/worlds/w/entities/e7/components/Diary', { text: 'between us' })
  await cut()
  await ingest([entity(3, 300), entity(99)], [edge(99, 3, 'near'), edge(99, 0)])
  await call('DELETE', '/worlds/w/entities/e4')
  await cut()
  const range = { start_time: '2020-01-01T00:00:00Z', end_time: '2100-01-01T00:00:00Z' }
  epoch = (await call('POST', '/eustress/epochs/w', range)).body
})

afterAll(async () => {
  await api?.stop()
  await issuer?.stop()
  await database?.drop()
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

describe('the samples of an epoch', () => {
  it('are the entities of its scenes, with where they stand and where they lead', async () => {
    const found = await samples()
    expect(found).toHaveLength(epoch.sample_count)
    for (const [at, id] of epoch.snapshot_ids.entries()) {
      const scene = (await call('GET', `/eustress/ingest/snapshots/w/${id}`)).body
      const own = found.filter(({ snapshot }) => snapshot === at)
      const { depth_map, parent_map } = scene.hierarchy
      const rootOf = (entity: string): string => (parent_map[entity] ? rootOf(parent_map[entity]) : entity)
      const expected = scene.entities.map((one: Line) => ({
        ...{ id: one.id, name: one.name, position: one.position, parameters: one.parameters },
        ...{ depth: depth_map[one.id], parent: parent_map[one.id] ?? null, root: rootOf(one.id) },
        connections: scene.connections
          .filter(({ source_id }: Line) => source_id === one.id)
          .map(({ target_id, connection_type, colour }: Line) => [target_id, connection_type, colour]),
      }))
      expect(
        own.map((one) => ({
          ...{ id: one.entity_id, name: one.name, position: one.position, parameters: one.parameters },
          ...{ depth: one.depth, parent: one.parent_id, root: one.root_id },
          connections: one.connections.map((to: Line) => [to.target_id, to.connection_type, to.data.colour]),
        })),
      ).toEqual(expected)
      expect(own[0]).toMatchObject({ snapshot_id: id, seq: scene.seq, timestamp: scene.timestamp })
    }
    expect(found.find(({ entity_id }) => entity_id === 'e3')).toMatchObject({
      ...{
        flux_position: 7,
        sacred: false,
        weight: 1,
        activity: 1.5,
        mass: null,
        jitter: null,
        anchored: false,
      },
    })
  })

  it('are in one split each, the same in every snapshot', async () => {
    const parts = await Promise.all(['train', 'validation', 'test'].map((split) => samples(`split=${split}`)))
    const ids = parts.map((part) => new Set(part.map(({ entity_id }) => entity_id)))
    expect(new Set(ids.flatMap((part) => [...part])).size).toBe(ids.reduce((sum, { size }) => sum + size, 0))
    expect(parts.flat()).toHaveLength(epoch.sample_count)
  })

  it('come in pages, and go on after any line', async () => {
    const whole = (await fetchSamples('')).bytes
    const pages: Buffer[] = []
    let query: string | undefined = 'limit=17'
    for (let page = 0; query !== undefined && page < 99; page++) {
      const { answer, bytes } = await fetchSamples(query)
      pages.push(bytes)
      query = /\?(.*)>/.exec(answer.headers.get('link') ?? '')?.[1]
    }
    expect(pages).toHaveLength(5)
    expect(Buffer.concat(pages).equals(whole)).toBe(true)
    const lines = whole.toString().split('\n')
    const { snapshot, entity_id } = JSON.parse(lines[49]!)
    const rest = (await fetchSamples(`cursor=${snapshot}:${entity_id}`)).bytes
    expect(rest.toString()).toBe(lines.slice(50).join('\n'))
  })

  it('are drawn as asked, the same for the same seed', async () => {
    const perSnapshot = (found: Line[], key: string) => {
      const counts = new Map<string, number>()
      for (const one of found.filter(({ snapshot }) => snapshot === 0))
        counts.set(String(one[key]), (counts.get(String(one[key])) ?? 0) + 1)
      return Object.fromEntries(counts)
    }
    const weighted = await samples('sampling=weighted&size=10&seed=1')
    expect(weighted).toHaveLength(20)
    expect(await samples('sampling=weighted&size=10&seed=1')).toEqual(weighted)
    expect(await samples('sampling=weighted&size=10&seed=2')).not.toEqual(weighted)
    expect(perSnapshot(await samples('sampling=balanced&size=12'), 'class_type')).toEqual({
      Part: 6,
      Rare: 6,
    })
    expect(perSnapshot(await samples('sampling=by-depth&size=9'), 'depth')).toEqual({
      0: 3,
      1: 2,
      2: 2,
      3: 2,
    })
    const bySubtree = perSnapshot(await samples('sampling=by-subtree&size=21'), 'root_id')
    expect(Object.keys(bySubtree)).toHaveLength(21)
    expect(await samples('sampling=weighted&size=1000')).toHaveLength(epoch.sample_count)
  })

  it('of a subtree and of a depth', async () => {
    const found = await samples('subtree=e1')
    const ids = (at: number) =>
      found.filter(({ snapshot }) => snapshot === at).map(({ entity_id }) => entity_id)
    const below = ['e1', 'e10', 'e11', 'e12', 'e13', 'e14', 'e15', 'e16', 'e17', 'e3', 'e4', 'e5', 'e9']
    expect(ids(0)).toEqual(below)
    expect(ids(1)).toEqual(below.filter((id) => !['e4', 'e12', 'e13', 'e14'].includes(id)))
    const second = await samples('subtree=e1&depth=2')
    expect(second.map((one) => [one.entity_id, one.depth, one.parent_id])).toEqual([
      ...['e3', 'e4', 'e5'].map((id) => [id, 2, 'e1']),
      ['e1', 2, 'e0'],
    ])
  })

  it('as Parquet are the same, read by a reader that is not the writer', async () => {
    const { answer, bytes } = await fetchSamples('format=parquet')
    expect(answer.headers.get('content-type')).toBe('application/vnd.apache.parquet')
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
    const rows = await parquetReadObjects({ file })
    const lines = await samples()
    const flat = ({ timestamp, position, rotation, scale, seq, ...rest }: Line) => ({
      ...rest,
      ...{ seq: BigInt(seq), timestamp: new Date(timestamp) },
      ...{ x: position[0], y: position[1], z: position[2] },
      ...{ scale_x: scale[0], scale_y: scale[1], scale_z: scale[2] },
      ...Object.fromEntries(['x', 'y', 'z', 'w'].map((axis, at) => [`rotation_${axis}`, rotation[at]])),
    })
    expect(rows).toEqual(lines.map(flat))
    expect((await fetchSamples('format=parquet')).bytes.equals(bytes)).toBe(true)
  })

  it('hide what is sensitive from whoever may not see it', async () => {
    const diary = (found: Line[]) => found.find(({ entity_id }) => entity_id === 'e7').components.Diary
    expect(diary(await samples())).toEqual({ text: 'between us' })
    expect(diary(await samples('', plainToken))).toEqual({ $sealed: true })
  })

  it('are the same bytes whatever is written later, and after a restart', async () => {
    const queries = ['', 'format=parquet', 'sampling=balanced&size=7&seed=4&split=train']
    const before = await Promise.all(queries.map((query) => fetchSamples(query)))
    await ingest([entity(1, 1000), entity(200)], [edge(200, 39)])
    await call('DELETE', '/worlds/w/entities/e2')
    await call('PATCH', '/worlds/w/settings', { training: { sacredWeight: 9, trainShare: 0.1 } })
    await cut()
    await api.stop()
    api = await start()
    for (const [at, query] of queries.entries())
      expect((await fetchSamples(query)).bytes.equals(before[at]!.bytes)).toBe(true)
  })

  it('are refused where the request is wrong, naming the field', async () => {
    for (const [query, field] of [
      ['sampling=weighted', 'query.size'],
      ['size=3', 'query.size'],
      ['sampling=some', 'query.sampling'],
      ['split=all', 'query.split'],
      ['format=csv', 'query.format'],
      ['cursor=2:e1', 'query.cursor'],
      ['cursor=e1', 'query.cursor'],
      ['sacred_weight=0', 'query.sacred_weight'],
      ['limit=0', 'query.limit'],
    ]) {
      const { answer, bytes } = await fetchSamples(query!)
      expect([query, answer.status, JSON.parse(bytes.toString()).errors[0].field]).toEqual([
        query,
        400,
        field,
      ])
    }
  })
})

describe('entities by flux position', () => {
  const list = async (query: string) => {
    const { status, body } = await call('GET', `/eustress/entities/w?${query}`)
    expect(status).toBe(200)
    return body.entities as Line[]
  }
  const moment = async (at: number) =>
    (await call('GET', `/eustress/ingest/snapshots/w/${epoch.snapshot_ids[at]}`)).body.timestamp

  it('are found by position, depth, subtree and time, in pages', async () => {
    const sacred = await list('flux=3,6,9&limit=1000')
    expect(sacred.length).toBeGreaterThan(5)
    expect(sacred.every(({ flux_position, sacred }) => sacred && flux_position % 3 === 0)).toBe(true)
    const past = await list(`subtree=e1&depth=2&to=${await moment(0)}`)
    expect(past.map(({ id, depth, parent_id, root_id }) => [id, depth, parent_id, root_id])).toEqual(
      ['e3', 'e4', 'e5'].map((id) => [id, 2, 'e1', 'e0']),
    )
    const changed = await list(`from=${await moment(0)}&to=${await moment(1)}`)
    expect(changed.map(({ id }) => id)).toEqual(expect.arrayContaining(['e3', 'e99']))
    expect(changed.map(({ id }) => id)).not.toContain('e20')
    const first = await call('GET', '/eustress/entities/w?limit=2')
    expect(first.headers.get('link')).toContain('rel="next"')
  })

  it('are refused where the request is wrong', async () => {
    for (const [query, field] of [
      ['flux=10', 'query.flux'],
      ['from=yesterday', 'query.from'],
      ['depth=-1', 'query.depth'],
    ]) {
      const { status, body } = await call('GET', `/eustress/entities/w?${query}`)
      expect([query, status, body.errors[0].field]).toEqual([query, 400, field])
    }
  })
})
