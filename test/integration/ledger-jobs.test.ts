import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { type JobContext, runLedgerJobs } from '#ledger/archivist/jobs'
import type { Commit } from '#ledger/commit'
import { takeJob } from '#ledger/postgres/jobs'
import { verifyAsJob } from '#ledger/verify/verify-world'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { archiveAll, chainOf, entryOf, storeAll } from '../support/ledger.ts'

let database: TestDatabase
let admin: pg.Client
let api: TestApi
let folder: string
let objects: ObjectStore
let background: pg.Pool
let context: JobContext

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  folder = mkdtempSync(join(tmpdir(), 'orrery-objects-'))
  objects = filesystemObjectStore(folder)
  background = database.pool('orrery_background')
  api = await startTestApi(database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await admin?.end()
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

let world: string
let worldId: string
let commits: Commit[]
let worlds = 0

beforeEach(async () => {
  world = `w${++worlds}`
  await api.call('POST', '/worlds', { name: world, settings: {} })
  worldId = (await api.call('GET', `/worlds/${world}`)).body.worldId
  const spans = Array.from({ length: 6 }, (_, at) => {
    const epochEnd = 10 * at + 10
    return { epochStart: 10 * at + 1, epochEnd, windowEnd: epochEnd, entries: [entryOf(`0:${at}:0:0`, 1n)] }
  })
  const key = { tenantId: 'local', worldId, layer: 'atomic' as const }
  commits = ['12:0:0:0', '12:1:0:0'].flatMap((shard) => chainOf({ ...key, shard }, spans))
  await storeAll(background, commits)
  await background.query(
    `INSERT INTO ledger_layers (world_id, tenant_id, layer, closed_to) VALUES ($1, 'local', 'atomic', 50)`,
    [worldId],
  )
  context = {
    pool: background,
    log: () => {},
    store: postgresLedgerStore({ pool: background, archive: objects, newId: uuidv7 }),
    replay: async (key, from, to) => ({ layer: key.layer, from, to, same: 2 }),
    verify: (key, layer) => verifyAsJob({ pool: background, objects, withinMs: 60_000 }, key, layer),
  }
})

const ask = (action: string, query = '', body?: object): Promise<Answer> =>
  api.call('POST', `/admin/ledger/${action}?world=${world}${query}`, body)

/** Which commits of which chain are in an archive each. */
const archived = async (): Promise<unknown[]> => {
  const text = 'SELECT shard, from_number, to_number FROM ledger_archives WHERE world_id = $1 ORDER BY 1, 2'
  return (await background.query(text, [worldId])).rows.map(Object.values)
}

const jobs = async (query = ''): Promise<Answer['body'][]> =>
  (await api.call('GET', `/admin/ledger/jobs?world=${world}${query}`)).body.jobs

describe('a job', () => {
  it('is kept with who asked for it, done by whoever runs jobs, and told of', async () => {
    const { status, body } = await ask('archive', '&layer=atomic&beforeEpoch=45')
    expect(status).toBe(202)
    const job = { kind: 'archive', params: { layer: 'atomic', beforeEpoch: 45 } }
    expect(body).toMatchObject({ ...job, status: 'waiting', result: null, finishedAt: null })
    const audit = (await api.call('GET', `/audit?world=${world}`)).body.entries[0]
    expect(audit).toMatchObject({
      ...{ action: 'archiveLedger', subject: body.requestedBy },
      outcome: { status: 'requested', jobId: body.jobId, layer: 'atomic', beforeEpoch: 45 },
    })
    expect(await runLedgerJobs(context)).toBe(1)
    const done = (await api.call('GET', `/admin/ledger/jobs/${body.jobId}?world=${world}`)).body
    expect(done).toEqual({
      ...{ ...body, status: 'done', finishedAt: expect.any(String) },
      result: { archives: 2, commits: 8, bytes: expect.any(Number) },
    })
    expect(await archived()).toEqual([
      ['12:0:0:0', 1, 4],
      ['12:1:0:0', 1, 4],
    ])
    expect(await runLedgerJobs(context)).toBe(0)
  })

  it('that is asked for twice by one request is one', async () => {
    const again = () =>
      api.call('POST', `/admin/ledger/archive?world=${world}&layer=atomic&beforeEpoch=45`, undefined, {
        'x-request-id': 'once',
      })
    const { body } = await again()
    expect(await again()).toMatchObject({ status: 202, body })
    expect(await runLedgerJobs(context)).toBe(1)
    const { entries } = (await api.call('GET', `/audit?world=${world}`)).body
    expect(entries.filter(({ action }: Answer['body']) => action === 'archiveLedger')).toHaveLength(1)
  })

  it('archives what lies in windows that have ended, and nothing twice', async () => {
    await archiveAll(background, objects, commits.slice(1, 3))
    await ask('archive', '&layer=atomic&beforeEpoch=1000')
    await ask('archive', '&layer=atomic&beforeEpoch=1000')
    expect(await runLedgerJobs(context)).toBe(2)
    expect(await archived()).toEqual([
      ['12:0:0:0', 1, 1],
      ['12:0:0:0', 2, 3],
      ['12:0:0:0', 4, 5],
      ['12:1:0:0', 1, 5],
    ])
    expect((await jobs()).map(({ result }) => result.commits)).toEqual([0, 8])
  })

  it('says where the ledger does not hold', async () => {
    // the commits here were made without their events
    await ask('verify', '&layer=atomic')
    expect(await runLedgerJobs(context)).toBe(1)
    const [first] = await jobs()
    expect(first).toMatchObject({ kind: 'verify', params: { layer: 'atomic' }, status: 'done' })
    expect(first.result).toMatchObject({
      holds: false,
      broken: { layer: 'atomic', what: expect.any(String) },
    })
  })

  it('brings back what was archived', async () => {
    const pointer = await archiveAll(background, objects, commits.slice(0, 5))
    const entries = `SELECT * FROM commit_entries WHERE world_id = $1 ORDER BY commit_key, place`
    expect((await background.query(entries, [worldId])).rows).toHaveLength(7)
    await ask('restore', '', { pointer })
    expect(await runLedgerJobs(context)).toBe(1)
    expect((await jobs())[0]).toMatchObject({ status: 'done', result: { commits: 5 } })
    expect((await background.query(entries, [worldId])).rows).toHaveLength(12)
  })

  it('that has no time left goes on later, and that it was begun does not count', async () => {
    const { body } = await ask('archive', '&layer=atomic&beforeEpoch=1000')
    const stopping = new AbortController()
    const { archiveCommits } = context.store
    context.store.archiveCommits = async (range) => {
      stopping.abort()
      return archiveCommits(range)
    }
    await runLedgerJobs({ ...context, signal: stopping.signal })
    expect(await archived()).toEqual([['12:0:0:0', 1, 5]])
    expect((await jobs())[0]).toMatchObject({ jobId: body.jobId, status: 'waiting' })
    expect(await runLedgerJobs(context)).toBe(1)
    expect((await jobs())[0]).toMatchObject({ status: 'done', result: { archives: 1, commits: 5 } })
  })

  it('that fails says why, without what is ours alone', async () => {
    const pointer = await archiveAll(background, objects, commits.slice(0, 2))
    const [key] = await objects.list(`archive/${worldId}/`)
    const bytes = (await objects.get(key!))!
    bytes[bytes.length >> 1]! ^= 1
    await objects.put(key!, bytes)
    await ask('restore', '', { pointer })
    await ask('restore', '', { pointer: randomUUID() })
    context.replay = async () => {
      throw new Error('a secret of ours')
    }
    await ask('replay', '', { layer: 'atomic', from: commits[0]!.commitId, to: commits[1]!.commitId })
    expect(await runLedgerJobs(context)).toBe(3)
    const found = await jobs('&status=failed')
    expect(found.map(({ result }) => result.code)).toEqual(['internal', 'no-such-archive', 'archive-damaged'])
    expect(JSON.stringify(found)).not.toContain('secret')
    expect(await jobs('&status=waiting')).toEqual([])
  })

  it('whose runner is gone is begun anew, and given up in the end', async () => {
    const { body } = await ask('replay', '', {
      layer: 'atomic',
      from: commits[0]!.commitId,
      to: commits[1]!.commitId,
    })
    await takeJob(background, 60_000)
    expect(await runLedgerJobs(context)).toBe(0)
    const forget = () =>
      admin.query(`UPDATE ledger_jobs SET held_until = '-infinity' WHERE job_id = $1`, [body.jobId])
    await forget()
    expect(await runLedgerJobs(context)).toBe(1)
    expect((await jobs())[0]).toMatchObject({ status: 'done', result: { same: 2 } })
    await ask('replay', '', { layer: 'atomic', from: commits[0]!.commitId, to: commits[1]!.commitId })
    await admin.query(`UPDATE ledger_jobs SET attempts = 5 WHERE status = 'waiting'`)
    expect(await runLedgerJobs(context)).toBe(1)
    expect((await jobs())[0]).toMatchObject({ status: 'failed', result: { code: 'given-up' } })
  })

  it('is one of a list, newest first, in pages', async () => {
    for (const beforeEpoch of [1, 2, 3]) await ask('archive', `&layer=solar&beforeEpoch=${beforeEpoch}`)
    const all: number[] = []
    for (let next: string | undefined = `/admin/ledger/jobs?world=${world}&limit=2`; next !== undefined; ) {
      const { body, headers }: Answer = await api.call('GET', next)
      all.push(...body.jobs.map(({ params }: Answer['body']) => params.beforeEpoch))
      next = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(all).toEqual([3, 2, 1])
    expect((await api.call('GET', `/admin/ledger/jobs/${randomUUID()}?world=${world}`)).status).toBe(404)
    expect(await runLedgerJobs(context)).toBe(3)
  })
})

it('a job in a world that is not there is refused, and audited', async () => {
  const answer = await api.call('POST', '/admin/ledger/archive?world=nowhere&layer=atomic&beforeEpoch=1')
  expect(answer.status).toBe(404)
  const [entry] = (await api.call('GET', '/audit?world=nowhere')).body.entries
  expect(entry).toMatchObject({ action: 'archiveLedger', outcome: { code: 'world-not-found' } })
})
