import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Commit, figuresOf, noHash } from '#ledger/commit'
import { compareRegions, isInside, regionAbove } from '#ledger/place'
import { insertManifests } from '#ledger/postgres/windows'
import type { CellSize, LayerName } from '#ledger/settings'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { archiveAll, chainOf, entryOf, storeAll } from '../support/ledger.ts'

let database: TestDatabase
let admin: pg.Client
let api: TestApi
let background: pg.Pool
let folder: string
let objects: ObjectStore
let faults = 0

const tenantId = 'local'
const unit = 2n ** 20n

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  background = database.pool('orrery_background')
  folder = mkdtempSync(join(tmpdir(), 'orrery-objects-'))
  objects = filesystemObjectStore(folder)
  // nobody is rung for
  const queue = {} as Queue
  api = await startTestApi(database.url('orrery_app'), {
    ledger: { queue, objects },
    reportFault: () => faults++,
  })
})

afterAll(async () => {
  await api?.stop()
  await admin?.end()
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const newWorld = async (name: string): Promise<string> => {
  await api.call('POST', '/worlds', { name, settings: {} })
  return (await api.call('GET', `/worlds/${name}`)).body.worldId
}

/** Cells on both sides of 0 in two shards; the first window of a shard has two spans, the last ones differ. */
const commitsOf = (worldId: string, layer: LayerName = 'atomic'): Commit[] => {
  const key = { tenantId, worldId, layer }
  const window = (at: number) => ({
    epochStart: 10 * at + 1,
    epochEnd: 10 * at + 10,
    windowEnd: 10 * at + 10,
  })
  const east = chainOf({ ...key, shard: '12:0:0:0' }, [
    { ...window(0), epochEnd: 4, entries: [entryOf('0:0:0:0', unit), entryOf('0:70:0:0', 3n * unit)] },
    { ...window(0), epochStart: 5, entries: [entryOf('0:0:0:0', 2n * unit), entryOf('0:1:1:1', 5n * unit)] },
    { ...window(2), entries: [entryOf('0:70:0:0', 7n * unit, { count: 11n, activitySquares: 2n ** 70n })] },
  ])
  const late = { correction: true, lateFrom: 2, lateTo: 9 }
  const west = chainOf({ ...key, shard: '12:-1:-1:0' }, [
    { ...window(0), entries: [entryOf('0:-1:-1:0', 9n * unit), entryOf('0:-65:-1:3', unit)] },
    {
      ...window(1),
      entries: [
        entryOf('0:-65:-1:3', 2n * unit),
        entryOf('0:-65:-1:3', 4n * unit, late),
        entryOf('0:-2:-1:0', unit, late),
      ],
    },
  ])
  return [east[0]!, west[0]!, ...east.slice(1), ...west.slice(1)]
}

interface Reference {
  region: string
  epochStart: number
  epochEnd: number
  latest: bigint
  count: bigint
  weightSum: bigint
  activitySum: bigint
  activitySquares: bigint
  commitId: string
  commitEnd: number
}

const byEnd = (a: Commit, b: Commit) => a.epochEnd - b.epochEnd || (a.commitId < b.commitId ? -1 : 1)

/** Cells as they were committed, by the rule alone. */
const cellsOf = (commits: readonly Commit[]): Reference[] => {
  const cells = new Map<string, Reference>()
  for (const { epochStart, epochEnd, commitId, entries } of commits.toSorted(byEnd))
    for (const entry of entries) {
      const { region } = entry
      const own = cells.get(region) ?? { region, epochStart: 0, epochEnd: 0, ...zero, commitId, commitEnd: 0 }
      cells.set(region, own)
      add(own, entry)
      Object.assign(own, { commitId, commitEnd: epochEnd })
      if (entry.correction) continue
      const isNew = epochStart > own.epochEnd
      own.epochStart = isNew ? epochStart : Math.min(own.epochStart, epochStart)
      own.epochEnd = Math.max(own.epochEnd, epochEnd)
      own.latest = entry.weightSum + (isNew ? 0n : own.latest)
    }
  return [...cells.values()]
}

const zero = { latest: 0n, count: 0n, weightSum: 0n, activitySum: 0n, activitySquares: 0n }

const add = (own: typeof zero, more: Omit<typeof zero, 'latest'>): void => {
  own.count += more.count
  own.weightSum += more.weightSum
  own.activitySum += more.activitySum
  own.activitySquares += more.activitySquares
}

/** The newest span of a larger cell is the newest of those inside, with all that overlap it. */
const together = (region: string, cells: readonly Reference[]): Reference => {
  const [newest] = cells.toSorted((a, b) => b.epochEnd - a.epochEnd || a.epochStart - b.epochStart)
  const [last] = cells.toSorted((a, b) => b.commitEnd - a.commitEnd || (a.commitId < b.commitId ? 1 : -1))
  const whole = { ...newest!, ...zero, region, commitId: last!.commitId, commitEnd: last!.commitEnd }
  for (const cell of cells) {
    add(whole, cell)
    if (cell.epochEnd === 0 || cell.epochEnd < newest!.epochStart) continue
    whole.latest += cell.latest
    whole.epochStart = Math.min(whole.epochStart, cell.epochStart)
  }
  return whole
}

/** As GET answers them. */
const reference = (commits: readonly Commit[], outer: string, cell: CellSize): Answer['body'][] =>
  [...Map.groupBy(cellsOf(commits), ({ region }) => regionAbove(region, cell))]
    .map(([region, cells]) => together(region, cells))
    .filter(({ region }) => isInside(region, outer))
    .sort((a, b) => compareRegions(a.region, b.region))
    .map((own) => {
      const { weight: totalWeight, activityMean: mean, activityVar: variance } = figuresOf(own)
      return {
        ...{ region: own.region, epochStart: own.epochStart, epochEnd: own.epochEnd },
        ...{ weight: Number(own.latest) / 2 ** 20, totalWeight, count: Number(own.count) },
        ...{ activity: { mean, variance }, commitId: own.commitId },
      }
    })

const pages = async (path: string): Promise<Answer['body'][]> => {
  const all: Answer['body'][] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, body, headers }: Answer = await api.call('GET', next)
    expect(status).toBe(200)
    all.push(...body.cells)
    next = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }
  return all
}

describe('GET /gamma/current', () => {
  let commits: Commit[]

  beforeAll(async () => {
    commits = commitsOf(await newWorld('now'))
    await storeAll(background, commits)
  })

  it.each<[region: string, cell: CellSize | undefined]>([
    ['*', undefined],
    ['12:0:0:0', undefined],
    ['1:0:0:0', undefined],
    ['0:0:0:0', undefined],
    ['6:-1:-1:0', undefined],
    ['0:-65:-1:3', undefined],
    ['3:5:5:5', undefined],
    ['*', 1],
    ['*', 6],
    ['*', 12],
    ['*', 40],
    ['*', '*'],
    ['12:-1:-1:0', 6],
    ['6:1:0:0', 6],
    ['13:-1:-1:0', 7],
  ])('of %s by cells of %s', async (region, cell) => {
    const expected = reference(commits, region, cell ?? 0)
    const asked = `/gamma/current?world=now&region=${region}${cell === undefined ? '' : `&cell=${cell}`}`
    const { body, headers } = await api.call('GET', asked)
    expect(body).toEqual({ layer: 'atomic', cell: cell ?? 0, region, cells: expected })
    expect(headers.get('cache-control')).toBe('private, no-cache')
    expect(headers.get('link')).toBeNull()
    for (const limit of [1, 2]) expect(await pages(`${asked}&limit=${limit}`)).toEqual(expected)
  })

  it('of a layer that has no commits is empty', async () => {
    const { body } = await api.call('GET', '/gamma/current?layer=universal', undefined, { 'x-world': 'now' })
    expect(body).toEqual({ layer: 'universal', cell: '*', region: '*', cells: [] })
  })
})

describe('the ETag of GET /gamma/current', () => {
  const tagOf = async (path: string, headers?: Record<string, string>) => {
    const answer = await fetch(`${api.url}/gamma/current?world=tagged&${path}`, { headers })
    return { status: answer.status, etag: answer.headers.get('etag')!, text: await answer.text() }
  }
  const paths = [
    'region=12:0:0:0',
    'region=12:-1:-1:0',
    'region=12:0:0:0&cell=6',
    'region=*&limit=2',
    'layer=solar',
  ]

  it('changes exactly when the answer does', async () => {
    const commits = commitsOf(await newWorld('tagged'))
    let before = await Promise.all(paths.map((path) => tagOf(path)))
    expect(new Set(before.map(({ etag }) => etag)).size).toBe(paths.length)
    for (const commit of commits) {
      await storeAll(background, [commit])
      const after = await Promise.all(paths.map((path) => tagOf(path)))
      const changed = after.map(({ text }, at) => text !== before[at]!.text)
      expect(after.map(({ etag }, at) => etag !== before[at]!.etag)).toEqual(changed)
      expect(changed).toContain(true)
      expect(changed).toContain(false)
      before = after
    }
  })

  it('is what a client has, and then nothing is sent', async () => {
    for (const path of paths) {
      const { etag, text } = await tagOf(path)
      expect(etag).toMatch(/^"[\w-]{27}"$/)
      expect(await tagOf(path, { 'if-none-match': `"other", ${etag}` })).toEqual({
        status: 304,
        etag,
        text: '',
      })
      expect(await tagOf(path, { 'if-none-match': '"other"' })).toEqual({ status: 200, etag, text })
    }
  })
})

describe('GET /gamma/commit/{commitId}', () => {
  let worldId: string
  let commits: Commit[]
  const questions: [region: string, cell: CellSize | undefined][] = [
    ['*', undefined],
    ['12:0:0:0', undefined],
    ['6:-1:-1:0', undefined],
    ['*', 1],
    ['12:-1:-1:0', 7],
    ['*', '*'],
  ]
  const pathOf = (commitId: string, region = '*', cell?: CellSize) =>
    `/gamma/commit/${commitId}?world=then&region=${region}${cell === undefined ? '' : `&cell=${cell}`}`

  beforeAll(async () => {
    worldId = await newWorld('then')
    commits = commitsOf(worldId)
    await storeAll(background, [...commits, ...commitsOf(worldId, 'planetary')])
  })

  const known = ({ windowEnd }: Commit) => commits.filter(({ epochEnd }) => epochEnd <= windowEnd)

  it.each(['as it was stored', 'archived in part', 'archived whole'])('of every commit, %s', async (how) => {
    const [east, west] = ['12:0:0:0', '12:-1:-1:0'].map((name) =>
      commits.filter(({ shard }) => shard === name),
    )
    if (how === 'archived in part') await archiveAll(background, objects, east!.slice(0, 2))
    if (how === 'archived whole')
      for (const rest of [east!.slice(2), west!]) await archiveAll(background, objects, rest)
    for (const commit of commits)
      for (const [region, cell] of questions) {
        const expected = reference(known(commit), region, cell ?? 0)
        const { body, headers } = await api.call('GET', pathOf(commit.commitId, region, cell))
        const { commitId } = commit
        expect(body).toEqual({ layer: 'atomic', cell: cell ?? 0, region, commitId, cells: expected })
        expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null])
        expect(await pages(`${pathOf(commitId, region, cell)}&limit=1`)).toEqual(expected)
      }
  })

  it('never changes once its window has its manifest', async () => {
    const commit = commits.find(({ windowEnd }) => windowEnd === 10)!
    const path = pathOf(commit.commitId)
    const { body } = await api.call('GET', path)
    const manifest = {
      manifest: 1,
      epochStart: 1,
      epochEnd: 10,
      commits: 3,
      previousHash: noHash,
      hash: noHash,
    }
    await inTransaction(background, (client) =>
      insertManifests(client, { worldId, tenantId }, 'atomic', [manifest]),
    )
    const final = await api.call('GET', path)
    expect(final.body).toEqual(body)
    expect(final.headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
    expect(final.headers.get('vary')).toBe('authorization, x-world')
    const etag = final.headers.get('etag')!
    // what is kept needs nothing but the head of the commit
    for (const key of await objects.list('')) await objects.delete(key)
    expect((await api.call('GET', path)).body).toEqual(body)
    const again = await fetch(`${api.url}${path}`, { headers: { 'if-none-match': etag } })
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
    // another page is not, and its archive is gone
    expect([(await api.call('GET', `${path}&limit=1`)).status, faults]).toEqual([500, 1])
  })

  it('is 404 for one that is not there, and in another world', async () => {
    expect((await api.call('GET', pathOf(randomUUID()))).status).toBe(404)
    await newWorld('elsewhere')
    const { commitId } = commits[0]!
    expect((await api.call('GET', `/gamma/commit/${commitId}?world=elsewhere`)).status).toBe(404)
  })
})

it('cells of an earlier size are added up, or stay whole', async () => {
  const worldId = await newWorld('resized')
  const layers = (cell: number) => ({ ledger: { layers: [{ name: 'atomic', cell }] } })
  const cut = (cell: number) =>
    admin.query(
      `INSERT INTO ledger_cuts (world_id, from_tick, tenant_id, settings, cause)
       SELECT $1, $2, 'local', settings -> 'ledger', '{}' FROM worlds WHERE world_id = $1`,
      [worldId, cell],
    )
  for (const cell of [8, 1, 3]) {
    await api.call('PATCH', '/worlds/resized/settings', layers(cell))
    await cut(cell)
  }
  const spans = ['1:0:0:0', '1:1:0:0', '1:4:0:0', '3:5:0:0', '8:1:0:0'].map((region, at) => ({
    ...{ epochStart: at + 1, epochEnd: at + 1, windowEnd: at + 1, entries: [entryOf(region, unit)] },
  }))
  await storeAll(background, chainOf({ tenantId, worldId, layer: 'atomic', shard: '12:0:0:0' }, spans))
  const found = await pages('/gamma/current?world=resized&limit=1')
  expect(
    found.map(({ region, totalWeight, weight, epochEnd }) => [region, totalWeight, weight, epochEnd]),
  ).toEqual([
    ['3:0:0:0', 2, 1, 2],
    ['3:1:0:0', 1, 1, 3],
    ['3:5:0:0', 1, 1, 4],
    ['8:1:0:0', 1, 1, 5],
  ])
  expect((await pages('/gamma/current?world=resized&region=4:0:0:0')).map(({ region }) => region)).toEqual([
    '3:0:0:0',
    '3:1:0:0',
  ])
})
