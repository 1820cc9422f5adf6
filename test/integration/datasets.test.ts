import { fork } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parquetReadObjects } from 'hyparquet'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { serveDatasets } from '#training/serve-datasets'
import type { Command } from '#world/commands'
import type { JsonObject } from '#world/event'
import { localKeyFile } from '#world/sealing/local-key-file'
import { createSnapshotReminder } from '#world/snapshot-reminder'
import { createWorldWriter, writerPoolOptions } from '#world/writer'
import { hideSealed } from '../../functions/sealed-answers.ts'
import { type LocalQueues, startQueues } from '../../scripts/local/queues.ts'
import { startLocalSnapshots } from '../../scripts/local/snapshots.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let queues: LocalQueues
let sqs: ReturnType<typeof createSqsClient>
let reminder: ReturnType<typeof createSnapshotReminder>
let admin: pg.Client
let folder: string
let api: TestApi
let background: pg.Pool

beforeAll(async () => {
  ;[database, queues] = await Promise.all([createTestDatabase(), startQueues()])
  sqs = createSqsClient({ endpoint: queues.endpoint, region: queues.region })
  reminder = createSnapshotReminder({ queue: sqsQueue(sqs, queues.urls.snapshots), now: () => new Date() })
  admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  folder = mkdtempSync(join(tmpdir(), 'orrery-datasets-'))
  background = database.pool('orrery_background')
  api = await startTestApi(database.url('orrery_app'), {
    ...{ snapshots: reminder, datasets: filesystemObjectStore(join(folder, 'objects')) },
    keyWrapper: localKeyFile(join(folder, 'sealing-key')),
  })
  await makeCrowd()
})

afterAll(async () => {
  await api?.stop()
  await reminder?.flush()
  await admin?.end()
  sqs?.destroy()
  await Promise.all([database?.drop(), queues?.stop()])
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

const range = { start_time: '2020-01-01T00:00:00Z', end_time: '2100-01-01T00:00:00Z' }
const post = (path: string, body?: unknown) => api.call('POST', `/eustress${path}`, body)
const get = (path: string) => api.call('GET', `/eustress${path}`)
const cut = (space: string) => post(`/ingest/snapshot/${space}`)
const put = (space: string, id: string, more = {}) =>
  post('/ingest/entity', { space_name: space, entity: { id, position: [id.length, 0, 0], ...more } })
const epochOf = async (space: string, filters = {}): Promise<string> =>
  (await post(`/epochs/${space}`, { ...range, filters })).body.id

let crowd: string
/** More entities than a part holds, and one of them with a secret. */
const makeCrowd = async () => {
  const pool = createPool({
    ...{ ...writerPoolOptions, connectionString: database.url('orrery_app'), applicationName: 'test' },
  })
  const writer = createWorldWriter({
    ...{ pool, doorbell: { beforeCommit: async () => {}, afterCommit: () => {} } },
    ...{ now: () => new Date(), newId: uuidv7 },
  })
  const commands = Array.from({ length: 10_100 }, (_, n): Command => {
    const position: [number, number, number] = [n, -n % 7, 0]
    const parameters: JsonObject = n % 9 === 0 ? { mass: n } : {}
    const plain = { name: `N${n}`, tags: [], parameters, extra: {} }
    return {
      kind: 'put-entity',
      entity: {
        ...plain,
        id: `e${n}`,
        classType: `C${n % 5}`,
        position,
        rotation: [0, 0, 0, 1],
        scale: [1, 1, 1],
      },
    }
  })
  await writer.write({ tenantId: 'local', world: 'crowd', requestId: randomUUID(), commands })
  await pool.end()
  const properties = { text: { type: 'string' } }
  await api.call('POST', '/worlds/crowd/component-types', {
    ...{ type: 'Diary', sensitive: true, schema: { type: 'object', properties } },
  })
  await api.call('PUT', '/worlds/crowd/entities/e0/components/Diary', { text: 'between us' })
  // a first snapshot was cut by itself, of so many updates
  await put('crowd', 'later')
  await cut('crowd')
  crowd = await epochOf('crowd')
}

const serve = (objects = filesystemObjectStore(join(folder, 'objects')), isOver = () => false) =>
  serveDatasets({ pool: background, objects, hide: hideSealed, isOver }, undefined)
const ask = async (epoch: string, body: object, space = 'crowd') =>
  (await post(`/epochs/${space}/${epoch}/datasets`, body)).body
const read = async (id: string, space = 'crowd') => (await get(`/datasets/${space}/${id}`)).body
const fileOf = async (id: string, file: string, space = 'crowd') => {
  const answer = await fetch(`${api.url}/eustress/datasets/${space}/${id}/files/${file}`)
  return Buffer.from(await answer.arrayBuffer())
}
/** Every file of a folder with its hash. */
const filesIn = (root: string, digest: string) =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath.includes(digest))
      .map(({ parentPath, name }) => [name, hashOf(readFileSync(join(parentPath, name)))]),
  )
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const begunAnew = async (id: string) => {
  await admin.query('DELETE FROM training_dataset_parts WHERE dataset_id = $1', [id])
  await admin.query(`UPDATE training_datasets SET status = 'waiting' WHERE dataset_id = $1`, [id])
}

describe('a dataset', () => {
  it('is the samples of its epoch in files, with a manifest, and is there once', async () => {
    const asked = await post(`/epochs/crowd/${crowd}/datasets`, { format: 'ndjson' })
    expect([asked.status, asked.body.status]).toEqual([202, 'waiting'])
    const { id } = asked.body
    expect((await get(`/datasets/crowd/${id}/files/manifest.json`)).status).toBe(404)
    expect(await serve()).toBe(false)
    const done = await read(id)
    expect(done).toMatchObject({ status: 'done', counts: { samples: 20_201, snapshots_done: 2 } })
    const manifest = JSON.parse((await fileOf(id, 'manifest.json')).toString())
    const files = await Promise.all(done.parts.map(({ file }: { file: string }) => fileOf(id, file)))
    expect(manifest.parts.map(({ sha256, bytes, rows }: never) => [sha256, bytes, rows])).toEqual(
      files.map((file, at) => [hashOf(file), file.length, [10_000, 100, 10_000, 101][at]]),
    )
    expect(manifest).toMatchObject({
      ...{ format_version: 1, counts: { samples: 20_201, parts: 4 } },
      provenance: { space_name: 'crowd', snapshots: [{ seq: 10_101 }, { seq: 10_104 }] },
    })
    const lines = Buffer.concat(files).toString()
    const streamed = await fetch(`${api.url}/eustress/epochs/crowd/${crowd}/samples`)
    // who may see what is sensitive is answered it; a file hides it
    expect(lines).toBe((await streamed.text()).replaceAll('{"text":"between us"}', '{"$sealed":true}'))
    expect(lines).toContain('{"$sealed":true}')
    const again = await post(`/epochs/crowd/${crowd}/datasets`, { format: 'ndjson' })
    expect([again.status, again.body.id]).toEqual([200, id])
    expect((await get('/datasets/crowd')).body.datasets.map((one: { id: string }) => one.id)).toEqual([id])
  })

  it('is the same bytes wherever and whenever it is made', async () => {
    for (const body of [
      { format: 'parquet', split: 'test' },
      { format: 'ndjson', sampling: 'balanced', size: 50, seed: 3 },
    ]) {
      const { id, digest } = await ask(crowd, body)
      await serve()
      const here = filesIn(join(folder, 'objects'), digest)
      await put('crowd', 'much later')
      await begunAnew(id)
      await serve(filesystemObjectStore(join(folder, 'elsewhere')))
      expect(Object.keys(here)).toHaveLength(3)
      expect(filesIn(join(folder, 'elsewhere'), digest)).toEqual(here)
    }
  })

  it('goes on where it was when somebody was killed, and makes again only what is not there', async () => {
    const { id, digest } = await ask(crowd, { format: 'parquet' })
    const script = fileURLToPath(new URL('./datasets-process.ts', import.meta.url))
    const args = [database.url('orrery_background'), join(folder, 'objects')]
    const child = fork(script, args, { stdio: 'inherit', execArgv: [] })
    await once(child, 'message')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const parts = join(folder, 'objects', 'datasets')
    const path = (file: string) =>
      join(
        parts,
        readdirSync(parts).find((world) => readdirSync(join(parts, world)).includes(digest))!,
        digest,
        file,
      )
    expect((await read(id)).parts).toHaveLength(2)
    // it is held for a while, since whoever has it may live
    expect(await serve()).toBe(false)
    expect((await read(id)).status).toBe('running')
    await admin.query(`UPDATE training_datasets SET held_until = '-infinity' WHERE dataset_id = $1`, [id])
    const madeAt = statSync(path('part-000000.parquet')).mtimeMs
    const whole = readFileSync(path('part-000001.parquet'))
    writeFileSync(path('part-000001.parquet'), whole.subarray(0, 100))
    // by small steps
    while (await serve(undefined, () => true));
    const done = await read(id)
    expect([done.status, done.parts.length]).toEqual(['done', 4])
    expect(statSync(path('part-000000.parquet')).mtimeMs).toBe(madeAt)
    expect(readFileSync(path('part-000001.parquet')).equals(whole)).toBe(true)
    const rows = await Promise.all(
      done.parts.map(async ({ file }: { file: string }) => {
        const bytes = await fileOf(id, file)
        return parquetReadObjects({
          file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
          columns: ['entity_id'],
        })
      }),
    )
    expect(new Set(rows.flat().map((row) => row.entity_id)).size).toBe(10_101)
  })

  it('is refused where the request is wrong, or asks for strata without end', async () => {
    for (const [body, field] of [
      [{ format: 'csv' }, 'format'],
      [{ sampling: 'weighted' }, 'size'],
      [{ sampling: 'weighted', size: 0 }, 'size'],
      [{ seed: 1.5 }, 'seed'],
      [{ follow: 'yes' }, 'follow'],
      [{ cells: 1 }, 'cells'],
    ] as const) {
      const { status, body: problem } = await post(`/epochs/crowd/${crowd}/datasets`, body)
      expect([status, problem.errors[0].field]).toEqual([400, field])
    }
    const { id } = await ask(crowd, { sampling: 'by-subtree', size: 3 })
    await serve()
    expect(await read(id)).toMatchObject({ status: 'failed', problem: { code: 'too-many-strata' } })
    const streamed = await get(`/epochs/crowd/${crowd}/samples?sampling=by-subtree&size=3`)
    expect([streamed.status, streamed.body.errors[0].field]).toEqual([422, 'query.sampling'])
    expect((await get(`/datasets/crowd/${id}/files/part-000000.parquet`)).status).toBe(404)
    expect((await get(`/datasets/crowd/${id}/files/..%2Fx`)).status).toBe(400)
  })
})

it('a dataset that follows its space gets each later snapshot that passes its filters, once', async () => {
  const lines: string[] = []
  const snapshotter = await startLocalSnapshots({
    ...{ databaseUrl: database.url('orrery_background'), queues, log: (line) => lines.push(line) },
    objects: filesystemObjectStore(join(folder, 'objects')),
  })
  try {
    await put('live', 'a')
    await cut('live')
    const { id } = await ask(
      await epochOf('live', { min_entities: 1 }),
      { format: 'ndjson', follow: true },
      'live',
    )
    const isDone = async (samples: number) => {
      const { status, counts } = await read(id, 'live')
      return status === 'done' && counts.samples === samples
    }
    await until('the epoch is written', () => isDone(1))
    const first = await fileOf(id, 'part-000000.ndjson', 'live')
    await put('live', 'bb')
    await Promise.all([cut('live'), cut('live')])
    await until('a later snapshot is written', () => isDone(3))
    await api.call('DELETE', '/worlds/live/entities/a')
    await api.call('DELETE', '/worlds/live/entities/bb')
    await cut('live')
    await put('live', 'ccc')
    await cut('live')
    await until('the one that passes is written, the empty one is not', () => isDone(4))
    expect((await fileOf(id, 'part-000000.ndjson', 'live')).equals(first)).toBe(true)
    const { body } = await api.call('PATCH', '/worlds/live/settings', { snapshots: { everyMinutes: 0.01 } })
    expect(body.status).toBe('applied')
    await until('one by time, too', () => isDone(5))
    const stopped = (await post(`/datasets/live/${id}/stop`)).body
    expect([stopped.follow, stopped.snapshot_count, stopped.parts.length]).toEqual([false, 4, 4])
    await put('live', 'dddd')
    await cut('live')
    // what comes after it in the queue has been served: so has the ring
    const other = await ask(await epochOf('live'), { format: 'ndjson' }, 'live')
    await until('another dataset is written', async () => (await read(other.id, 'live')).status === 'done')
    expect((await read(id, 'live')).snapshot_count).toBe(4)
    expect(lines).toEqual([])
  } finally {
    await snapshotter.stop()
  }
})
