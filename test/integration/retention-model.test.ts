import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HttpProblem } from '#platform/http/problem'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { createPool, inTenantTransaction } from '#platform/postgres/pool'
import { getBatch } from '#retention/batch'
import type { Batch } from '#retention/postgres/batches'
import { type RetentionContext, runWorld } from '#retention/run'
import { retentionSettings } from '#retention/settings'
import { sources } from '#retention/sources'
import type { Command } from '#world/commands'
import type { JsonObject } from '#world/event'
import { forkWorld } from '#world/fork/fork'
import { listEntities, readEntity } from '#world/read/entities'
import { listRelationships } from '#world/read/relationships'
import { createWorldWriter, writerPoolOptions } from '#world/writer'
import { oneState } from '../../functions/api-context.ts'
import { reachSeq, withPast } from '../../functions/past.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { command } from '../support/random-commands.ts'
import { canonical } from '../support/world-model.ts'

const tenantId = 'local'
const hourMs = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'orrery-retained-'))
const objects = filesystemObjectStore(folder)

let database: TestDatabase
let readers: pg.Pool
let background: pg.Pool
let relay: pg.Pool
let writing: pg.Pool

beforeAll(async () => {
  database = await createTestDatabase()
  readers = database.pool('orrery_app')
  background = database.pool('orrery_background')
  relay = database.pool('orrery_relay', 1)
  const connectionString = database.url('orrery_app')
  writing = createPool({ ...writerPoolOptions, connectionString, applicationName: 'test-writer' })
})

afterAll(async () => {
  await writing?.end()
  await database?.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** A world, and what each of its seqs was when it was new. */
interface Told {
  name: string
  worldId: string
  /** In the order of seqs, from the first one of its own log on. */
  seqs: { seq: number; atMs: number; state: string; entities: string[] }[]
  /** What of its own log cannot be read any more. */
  expired: Set<number>
  expiredEvents: Set<number>
  pinnedSeq: number
  parent: { told: Told; seq: number } | undefined
  policy: JsonObject
}

type Step =
  | { do: 'write'; commands: Command[] }
  | { do: 'wait'; hours: number }
  | { do: 'policy'; policy: JsonObject }
  | { do: 'fork'; at: number }
  | { do: 'run'; failAt: number | null; beside: boolean }
  | { do: 'read'; at: number; world: number }

const days = fc.constantFrom(0, 1, 2, 5)
const policy = fc
  .record({
    hot: fc.option(days, { nil: null, freq: 4 }),
    expire: fc.option(fc.constantFrom(0, 1, 3, 8, 20), { nil: null, freq: 2 }),
  })
  .map(({ hot, expire }) => ({
    hotDays: hot === null ? null : Math.min(hot, expire ?? 36_500),
    archive: hot !== null,
    expireDays: expire,
  }))
const policies = fc.record({
  history: policy,
  events: policy,
  legalHold: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant('a case') },
  ),
})

const newPolicy = policies.map((wanted) => ({
  do: 'policy' as const,
  policy: wanted as unknown as JsonObject,
}))

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(command, { minLength: 10, maxLength: 25 })
      .map((commands) => ({ do: 'write' as const, commands })),
  },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 60 }).map((hours) => ({ do: 'wait' as const, hours })) },
  { weight: 2, arbitrary: newPolicy },
  {
    weight: 1,
    arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((at) => ({ do: 'fork' as const, at })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ failAt: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }), beside: fc.boolean() })
      .map((run) => ({ do: 'run' as const, ...run })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ at: fc.double({ min: 0, max: 1, noNaN: true }), world: fc.nat({ max: 3 }) })
      .map((read) => ({ do: 'read' as const, ...read })),
  },
)

const wholeWorld = async (client: pg.PoolClient, worldId: string, asOf: number): Promise<string> =>
  canonical({
    entities: await listEntities(client, worldId, {}, asOf, '', 1_000),
    relationships: await listRelationships(
      client,
      worldId,
      {},
      asOf,
      { sourceId: '', targetId: '', type: '' },
      10_000,
    ),
  })

const readPast = <T>(
  worldId: string,
  seq: number,
  read: (client: pg.PoolClient) => Promise<T>,
  entityId?: string,
) =>
  withPast({ readers, archive: objects }, tenantId, () =>
    inTenantTransaction(
      readers,
      tenantId,
      async (client) => {
        await reachSeq(client, worldId, seq, { kinds: ['history'], entityId })
        return read(client)
      },
      oneState,
    ),
  )

/** As when the process is killed at that call: nothing of it, and nothing after it, takes place. */
const killedAt = (failAt: number | null): Pick<RetentionContext, 'pool' | 'objects'> => {
  let calls = 0
  const count = () => {
    if (failAt !== null && ++calls >= failAt) throw new Error('killed')
  }
  const counting = <T>(act: () => Promise<T>): Promise<T> => {
    count()
    return act()
  }
  const store: ObjectStore = {
    put: async (...what) => counting(() => objects.put(...what)),
    get: async (...what) => counting(() => objects.get(...what)),
    list: async (...what) => counting(() => objects.list(...what)),
    delete: async (...what) => counting(() => objects.delete(...what)),
  }
  const counted = <T extends pg.Pool | pg.PoolClient>(of: T): T =>
    new Proxy(of, {
      get: (target, key) => {
        const value = Reflect.get(target, key, target)
        if (key === 'query')
          return async (...what: Parameters<pg.Pool['query']>) => {
            if (what[0] !== ('ROLLBACK' as never)) count()
            return (target.query as (...all: unknown[]) => unknown)(...what)
          }
        if (key === 'connect')
          return async () => {
            count()
            return counted(await (target as pg.Pool).connect())
          }
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  return { pool: counted(background), objects: store }
}

/** The last seq of those before the beginning of the hour so many days ago; what was before the log is 0. */
const seqBefore = ({ seqs, parent }: Told, nowMs: number, daysAgo: number): number => {
  const cutoffMs = (Math.floor(nowMs / hourMs) - 24 * daysAgo) * hourMs
  return seqs.findLast(({ atMs }) => atMs < cutoffMs)?.seq ?? parent?.seq ?? 0
}

const expireInModel = (told: Told, nowMs: number): void => {
  const settings = retentionSettings.parse(told.policy)
  if (settings.legalHold !== null) return
  const [history, events] = [settings.history.expireDays, settings.events.expireDays]
  if (history !== null)
    for (let seq = told.pinnedSeq + 1; seq < seqBefore(told, nowMs, history); seq++) told.expired.add(seq)
  if (events !== null)
    for (let seq = told.pinnedSeq + 1; seq <= seqBefore(told, nowMs, events); seq++)
      told.expiredEvents.add(seq)
}

/** What the tables and the archive hold, each row once. */
const everything = async (told: Told, table: string, start: string, end: string, only: string) => {
  const { rows: here } = await background.query<{ start: number; end: number; text: string }>(
    `SELECT ${start} AS start, ${end} AS "end", row_to_json(t)::text AS text FROM ${table} t WHERE world_id = $1 AND ${only}`,
    [told.worldId],
  )
  const { rows: batches } = await background.query<Batch & { state: string; cleared: boolean }>(
    `SELECT key, encode(sha256, 'hex') AS sha256, state, cleared, after_seq AS "afterSeq", to_seq AS "toSeq"
     FROM retention_batches WHERE world_id = $1 AND source = $2`,
    [told.worldId, table],
  )
  const all = new Map(here.map((row) => [row.text, row]))
  for (const { key, sha256 } of batches)
    for (const row of await getBatch(objects, key, sha256)) all.set(row.text, row)
  return { here, batches, all: [...all.values()] }
}

/** Nothing is kept after its time, and what should have left the tables has. */
const expectCleared = async (told: Told, nowMs: number): Promise<void> => {
  const settings = retentionSettings.parse(told.policy)
  const keys: string[] = []
  for (const { table, kind, start, end, only } of sources.filter(
    ({ kind }) => kind === 'history' || kind === 'events',
  )) {
    const { here, batches, all } = await everything(told, table, start, end, only)
    keys.push(...batches.map(({ key }) => key))
    const { expireDays, hotDays } = settings[kind]
    if (expireDays !== null && settings.legalHold === null) {
      const expireTo = seqBefore(told, nowMs, expireDays)
      expect(all.filter((row) => row.end <= expireTo && row.start > told.pinnedSeq)).toEqual([])
    }
    if (hotDays !== null) {
      const archiveTo = seqBefore(told, nowMs, hotDays)
      const here2 = batches.filter(({ state }) => state === 'here')
      const old = here.filter(
        (row) =>
          row.end <= archiveTo &&
          !here2.some(({ afterSeq, toSeq }) => row.end > afterSeq && row.end <= toSeq),
      )
      expect(old).toEqual([])
    }
    if (kind === 'events') {
      const kept = new Set(all.map((row) => row.end))
      const others = await background.query<{ seq: number }>(
        `SELECT seq FROM world_events WHERE world_id = $1 AND NOT (${only})`,
        [told.worldId],
      )
      for (const { seq } of others.rows) kept.add(seq)
      const lost = told.seqs.filter(({ seq }) => !kept.has(seq) && !told.expiredEvents.has(seq))
      expect(lost).toEqual([])
    }
  }
  const stored = (await objects.list(`retained/${told.worldId}/`)).sort()
  const { rows } = await background.query<{ key: string }>(
    'SELECT key FROM retention_garbage WHERE world_id = $1',
    [told.worldId],
  )
  // objects of a run that was killed wait for their hour
  const waiting = new Set(rows.map(({ key }) => key))
  expect(stored.filter((key) => !waiting.has(key))).toEqual(keys.sort())
}

/** That the runs of the test come to what it is about. */
const seen = { gone: 0, archived: 0, killed: 0, forks: 0 }

const play = async (steps: Step[]): Promise<void> => {
  let nowMs = Date.now()
  const now = () => new Date(nowMs)
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  const writer = createWorldWriter({ pool: writing, doorbell, now, newId: uuidv7 })
  const worlds: Told[] = []
  const main = (): Told => worlds[0]!

  const tell = async (told: Told, commands: Command[]): Promise<void> => {
    for (const one of commands) {
      const outcome = await writer.write({
        tenantId,
        world: told.name,
        requestId: randomUUID(),
        commands: [one],
      })
      if (outcome.status !== 'applied') continue
      told.worldId ||= outcome.worldId
      for (let seq = (told.seqs.at(-1)?.seq ?? told.parent?.seq ?? 0) + 1; seq <= outcome.seq; seq++) {
        const state = await inTenantTransaction(readers, tenantId, (client) =>
          wholeWorld(client, told.worldId, seq),
        )
        const entities = (JSON.parse(state) as { entities: { id: string }[] }).entities.map(({ id }) => id)
        told.seqs.push({ seq, atMs: nowMs, state, entities })
      }
      // whoever reads the log has read it
      await background.query('UPDATE consumer_cursors SET seq = $2 WHERE world_id = $1', [
        told.worldId,
        outcome.seq,
      ])
    }
  }

  const begin = async (told: Told): Promise<void> => {
    await relay.query(
      `INSERT INTO relay_cursors (world_id, tenant_id, destination, seq) VALUES ($1, 'local', 'test', 1000000)`,
      [told.worldId],
    )
    // no physics holds these worlds: what it would read of them does not matter here
    await admin(`UPDATE worlds SET first_body_change_seq = NULL WHERE world_id = '${told.worldId}'`)
  }

  const expectRead = async (told: Told, seq: number): Promise<void> => {
    const owner = told.parent !== undefined && seq <= told.parent.seq ? told.parent.told : told
    if (owner !== told) return expectRead(owner, seq)
    const wanted = told.seqs.find((one) => one.seq === seq)
    if (wanted === undefined) return
    const answered = await readPast(told.worldId, seq, (client) =>
      wholeWorld(client, told.worldId, seq),
    ).catch((error: unknown) => {
      if (error instanceof HttpProblem) return error
      throw error
    })
    if (told.expired.has(seq)) {
      expect(answered).toMatchObject({ status: 410 })
      seen.gone++
      const { oldestSeq } = (answered as HttpProblem).members as { oldestSeq: number }
      expect(told.expired.has(oldestSeq)).toBe(false)
      expect(oldestSeq).toBeGreaterThan(seq)
    } else if (answered !== wanted.state) expect(answered).toEqual(wanted.state)
  }

  const run = async (told: Told, failAt: number | null): Promise<boolean> => {
    const settings = retentionSettings.parse(told.policy)
    await admin(`UPDATE worlds SET first_body_change_seq = NULL WHERE world_id = '${told.worldId}'`)
    return runWorld(
      { ...killedAt(failAt), now, newId: uuidv7 },
      { worldId: told.worldId, tenantId },
      settings,
    ).then(
      () => true,
      (error: Error) => {
        if (error.message !== 'killed') throw error
        seen.killed++
        return false
      },
    )
  }

  const admin = async (text: string): Promise<void> => {
    await superuser.query(text)
  }
  const superuser = createPool({ connectionString: database.adminUrl, applicationName: 'test-admin', max: 1 })

  try {
    worlds.push({
      ...{ name: `w-${randomUUID()}`, worldId: '', seqs: [], expired: new Set(), expiredEvents: new Set() },
      ...{ pinnedSeq: 0, parent: undefined, policy: {} },
    })
    await tell(main(), [{ kind: 'put-entity', entity: { ...bare, id: 'e0' } }])
    await begin(main())
    for (const one of [
      ...steps,
      { do: 'wait', hours: 30 } as const,
      { do: 'run', failAt: null, beside: false } as const,
    ]) {
      switch (one.do) {
        case 'write':
          for (const told of worlds) await tell(told, one.commands)
          break
        case 'wait':
          nowMs += one.hours * hourMs
          break
        case 'policy': {
          const told = worlds.at(-1)!
          const settings = { retention: { ...(one.policy as JsonObject), sceneSnapshots: { expireDays: 0 } } }
          await tell(told, [{ kind: 'change-settings', settings }])
          told.policy = settings.retention
          break
        }
        case 'fork': {
          const source = main()
          const seq = source.seqs[Math.floor(one.at * (source.seqs.length - 1))]!.seq
          if (worlds.length > 2) break
          const name = `f-${randomUUID()}`
          const forking = { pool: readers, doorbell, archive: objects, now, newId: uuidv7 }
          const request = {
            tenantId,
            requestId: randomUUID(),
            source: source.name,
            name,
            audit: 'forkWorld',
            moment: { seq },
          }
          const outcome = await withPast({ readers, archive: objects }, tenantId, () =>
            forkWorld(forking, request),
          ).catch((error: unknown) => {
            if (error instanceof HttpProblem) return error
            throw error
          })
          if (source.expired.has(seq)) {
            expect(outcome).toMatchObject({ status: 410 })
            break
          }
          expect(outcome).toMatchObject({ status: 'applied', seq: seq + 1 })
          const { worldId } = outcome as { worldId: string }
          const fork: Told = {
            ...{ name, worldId, seqs: [], expired: new Set<number>(), expiredEvents: new Set<number>() },
            ...{ pinnedSeq: 0, parent: { told: source, seq }, policy: {} },
          }
          const state = await inTenantTransaction(readers, tenantId, (client) =>
            wholeWorld(client, worldId, seq + 1),
          )
          fork.seqs.push({ seq: seq + 1, atMs: nowMs, state, entities: [] })
          source.pinnedSeq = Math.max(source.pinnedSeq, seq)
          worlds.push(fork)
          seen.forks++
          await begin(fork)
          break
        }
        case 'run':
          for (const told of worlds) {
            const seqs = told.seqs.filter((_, at) => at % 7 === 3).map(({ seq }) => seq)
            const before = new Set(told.expired)
            expireInModel(told, nowMs)
            const stays = seqs.filter((seq) => !told.expired.has(seq)).slice(-3)
            const reads = one.beside ? stays.map((seq) => expectRead(told, seq)) : []
            const [isDone] = await Promise.all([run(told, one.failAt), ...reads])
            if (!isDone) {
              // what is said to be gone is gone in any case, and all else is there
              const { rows } = await background.query<{ seq: number }>(
                `SELECT DISTINCT s.seq FROM retention_state r, generate_series(0, 1000) AS s (seq)
                 WHERE r.world_id = $1 AND r.source LIKE '%history' AND r.expired @> s.seq::int8`,
                [told.worldId],
              )
              const partly = new Set([...rows.map(({ seq }) => Number(seq)), ...before])
              for (const seq of partly) expect(told.expired.has(seq)).toBe(true)
              for (const seq of seqs.filter((seq) => !told.expired.has(seq)).slice(0, 3))
                await expectRead(told, seq)
              expect(await run(told, null)).toBe(true)
            }
            await expectCleared(told, nowMs)
          }
          break
        case 'read': {
          const told = worlds[one.world % worlds.length]!
          const last = told.seqs.at(-1)!.seq
          const seq = Math.max(1, Math.round(one.at * last))
          await expectRead(told, seq)
          const wanted = told.seqs.find((known) => known.seq === seq)
          const id = wanted?.entities[0]
          if (id === undefined || told.expired.has(seq)) break
          const found = await readPast(
            told.worldId,
            seq,
            (client) => readEntity(client, told.worldId, id, seq),
            id,
          )
          const { entities } = JSON.parse(wanted!.state) as { entities: { id: string }[] }
          expect(canonical(found)).toBe(canonical(entities.find((entity) => entity.id === id)))
        }
      }
    }
    for (const told of worlds)
      for (const { seq } of told.seqs.filter((_, at) => at % 5 === 0)) await expectRead(told, seq)
    const here = await background.query(
      `SELECT count(*) AS count FROM retention_batches WHERE state = 'here'`,
    )
    seen.archived += here.rows[0].count
  } finally {
    await superuser.end()
  }
}

const bare = {
  ...{
    name: 'one',
    classType: 'Part',
    position: [0, 0, 0] as [number, number, number],
    tags: [],
    parameters: {},
    extra: {},
  },
  ...{
    rotation: [0, 0, 0, 1] as [number, number, number, number],
    scale: [1, 1, 1] as [number, number, number],
  },
}

describe('retention against a model', () => {
  it('loses nothing before its time and keeps nothing after it', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        newPolicy,
        fc.array(step, { minLength: 15, maxLength: 25, size: 'max' }),
        (first, steps) => play([first, ...steps]),
      ),
      {
        numRuns: Number(process.env.RETENTION_RUNS ?? 6),
        seed: Number(process.env.RETENTION_SEED ?? 20_261_127),
        endOnFailure: true,
      },
    )
    // each of it came about
    expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([])
  })
})
