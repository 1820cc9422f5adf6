import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Commit, noHash } from '#ledger/commit'
import type { LayerName } from '#ledger/settings'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { Queue } from '#platform/queue/queue'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { archiveAll, chainOf, entryOf, storeAll } from '../support/ledger.ts'

let database: TestDatabase
let api: TestApi
let worldId: string
let folder: string
let objects: ObjectStore
let commits: Commit[]

const tenantId = 'local'
const unit = 2n ** 20n
const traces = ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']

const chain = (layer: LayerName, shard: string, regions: (epoch: number) => string[], spans = 5) =>
  chainOf(
    { tenantId, worldId, layer, shard },
    Array.from({ length: spans }, (_, at) => ({
      ...{ epochStart: 10 * at + 1, epochEnd: 10 * at + 10, windowEnd: 10 * at + 10 },
      entries: regions(at).map((region) => entryOf(region, unit * BigInt(at + 1))),
    })),
  )

beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'orrery-objects-'))
  objects = filesystemObjectStore(folder)
  // nobody is rung for
  const queue = {} as Queue
  api = await startTestApi(database.url('orrery_app'), { ledger: { queue, objects } })
  await api.call('POST', '/worlds', { name: 'w', settings: {} })
  worldId = (await api.call('GET', '/worlds/w')).body.worldId
  const late = entryOf('0:-1:0:0', 7n * unit, { correction: true, lateFrom: 3, lateTo: 9 })
  commits = [
    ...chain('atomic', '12:-1:0:0', () => ['0:-2:0:0', '0:-1:0:0']),
    ...chain('atomic', '12:0:0:0', (at) => [`0:${at}:0:0`]),
    ...chain('planetary', '12:0:0:0', () => ['6:0:0:0'], 2),
  ]
  commits.push(
    ...chainOf({ tenantId, worldId, layer: 'atomic', shard: '12:5:0:0' }, [
      {
        ...{ epochStart: 1, epochEnd: 10, windowEnd: 10 },
        entries: [entryOf('0:-1:0:0', unit, { entityRefs: ['a', 'ä'] }), late],
      },
    ]),
  )
  await storeAll(database.pool('orrery_background'), commits, { traces })
})

afterAll(async () => {
  await api?.stop()
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

const pages = async (path: string, key: string): Promise<Answer['body'][]> => {
  const all: Answer['body'][] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, body, headers }: Answer = await api.call('GET', next)
    expect(status).toBe(200)
    all.push(...body[key])
    next = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }
  return all
}

const newestFirst = (a: Commit, b: Commit) => b.epochEnd - a.epochEnd || (a.commitId < b.commitId ? 1 : -1)

const idsOf = (list: { commitId: string }[]) => list.map(({ commitId }) => commitId)

describe('GET /commits', () => {
  const expected = (filter: (commit: Commit) => boolean) => idsOf(commits.filter(filter).sort(newestFirst))

  it('has heads of the finest layer, the latest spans first, in pages', async () => {
    const found = await pages('/commits?world=w&limit=3', 'commits')
    expect(idsOf(found)).toEqual(expected(({ layer }) => layer === 'atomic'))
    const { entries, fromInput: _, seenInput: __, tenantId: ___, worldId: ____, ...head } = commits[4]!
    expect(found.find(({ commitId }) => commitId === head.commitId)).toEqual({
      ...head,
      ...{ entries: entries.length, contributions: 6, traces, archive: null },
    })
  })

  it.each([
    ['layer=planetary', ({ layer }: Commit) => layer === 'planetary'],
    [
      'fromEpoch=20&toEpoch=30',
      ({ layer, epochEnd }: Commit) => layer === 'atomic' && epochEnd >= 20 && epochEnd <= 30,
    ],
    ['shard=12:-1:0:0&limit=2', ({ shard }: Commit) => shard === '12:-1:0:0'],
    [
      'shard=12:-1:0:0&toEpoch=20&limit=1',
      ({ shard, epochEnd }: Commit) => shard === '12:-1:0:0' && epochEnd <= 20,
    ],
    ['shard=*', () => false],
    ['layer=solar', () => false],
  ])('?%s', async (query, filter) => {
    expect(idsOf(await pages(`/commits?world=w&${query}`, 'commits'))).toEqual(expected(filter))
  })

  it('takes the world from the header', async () => {
    const { body } = await api.call('GET', '/commits?limit=1', undefined, { 'x-world': 'w' })
    expect(body.commits).toHaveLength(1)
    expect((await api.call('GET', '/commits')).status).toBe(404)
  })
})

describe('GET /commit/{commitId}', () => {
  it('has the head, its place in the chain, and the figures of its entries', async () => {
    const commit = commits.at(-1)!
    const { body } = await api.call('GET', `/commit/${commit.commitId}?world=w`)
    expect(body).toMatchObject({
      ...{ commitId: commit.commitId, hash: commit.hash, previousHash: noHash, number: 1, shard: '12:5:0:0' },
      ...{ epochStart: 1, epochEnd: 10, windowEnd: 10, traces, archive: null, entryCount: 2 },
    })
    const figures = { count: 3, weight: 1, activity: { mean: 2 / 3, variance: expect.any(Number) } }
    expect(body.entries).toEqual([
      { region: '0:-1:0:0', correction: false, ...figures, entityRefs: ['a', 'ä'] },
      {
        ...{ region: '0:-1:0:0', correction: true, count: 3, weight: 7, entityRefs: [] },
        ...{ activity: { mean: 14 / 3, variance: expect.any(Number) }, late: { from: 3, to: 9 } },
      },
    ])
  })

  it('pages its entries', async () => {
    for (const { commitId, entries } of commits) {
      const paged = await pages(`/commit/${commitId}?world=w&limit=1`, 'entries')
      expect(paged.map(({ region, correction }) => [region, correction])).toEqual(
        entries.map(({ region, correction }) => [region, correction]),
      )
    }
  })

  it('has the entries of archived ones, in the same pages', async () => {
    const archived = commits
      .filter(({ shard, layer }) => layer === 'atomic' && shard === '12:-1:0:0')
      .slice(1, 4)
    const before = await Promise.all(
      archived.map(({ commitId }) => api.call('GET', `/commit/${commitId}?world=w`)),
    )
    const pointer = await archiveAll(database.pool('orrery_background'), objects, archived)
    for (const [at, { commitId }] of archived.entries()) {
      const { body } = await api.call('GET', `/commit/${commitId}?world=w`)
      expect(body).toEqual({ ...before[at]!.body, archive: pointer })
      expect(await pages(`/commit/${commitId}?world=w&limit=1`, 'entries')).toEqual(body.entries)
    }
  })

  it('is 404 for one that is not there, and in another world', async () => {
    await api.call('POST', '/worlds', { name: 'other', settings: {} })
    expect((await api.call('GET', `/commit/${randomUUID()}?world=w`)).status).toBe(404)
    expect((await api.call('GET', `/commit/${commits[0]!.commitId}?world=other`)).status).toBe(404)
  })
})
