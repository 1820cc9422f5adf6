import fc from 'fast-check'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { Query } from '#world/query/ast'
import type { Reach } from '#world/query/compile/compiler'
import { canonical, type Evaluation, evaluate } from '#world/query/evaluate/evaluate'
import type { WorldSnapshot } from '#world/query/evaluate/snapshot'
import { valueAt } from '#world/query/evaluate/values'
import { parseQuery } from '#world/query/parse'
import { printQuery } from '#world/query/print'
import { type QueryAnswer, runQuery } from '#world/query/run'
import { createWorldWriter } from '#world/writer'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { readSnapshot, worldHistory, writeHistory } from '../support/query-world.ts'
import { query } from '../support/random-queries.ts'

// 10,000 queries of random worlds, now and in the past, against an evaluator in memory

const cases = 10_000
const tenantId = 'asking'

interface Moment {
  worldId: string
  asOf: number | null
  snapshot: WorldSnapshot
  reach?: Reach | undefined
}

let database: TestDatabase
let app: pg.Pool
const moments: Moment[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  app = database.pool('orrery_app')
  const admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  const doorbell = { beforeCommit: async () => {}, afterCommit: () => {} }
  const writer = createWorldWriter({ pool: app, doorbell, now: () => new Date(), newId: uuidv7 })
  for (const [n, history] of fc.sample(worldHistory, { numRuns: 8, seed: 20261126 }).entries()) {
    const { worldId, seq } = await writeHistory(writer, tenantId, `w${n}`, history)
    moments.push({ worldId, asOf: null, snapshot: await readSnapshot(admin, worldId, seq) })
    for (const asOf of [seq, Math.floor(seq * 0.7), Math.floor(seq * 0.4)])
      moments.push({ worldId, asOf, snapshot: await readSnapshot(admin, worldId, asOf) })
  }
  await admin.query('ANALYZE')
  await admin.end()
})

afterAll(() => database?.drop())

/** So that worlds of a dozen entities are asked in all the ways that large ones are; undefined: as they are. */
const reaches: (Reach | undefined)[] = [
  undefined,
  { few: 1, look: 2, more: 4, alone: [2, 4], fetched: 3 },
  { few: 0, look: 1, more: 3, alone: [0, 1], fetched: 0 },
]

const ask = async (client: pg.ClientBase, { worldId, asOf, reach }: Moment, asked: Query, cursor?: string) =>
  runQuery(client, { tenantId, worldId, readWorldId: worldId, asOf, query: asked, cursor, reach })

/** The first three pages. */
const pagesOf = async (client: pg.ClientBase, moment: Moment, asked: Query) => {
  const entities: Extract<QueryAnswer, { entities: unknown }>['entities'] = []
  let cursor: string | undefined
  for (let page = 0; page < 3; page++) {
    const answer = await ask(client, moment, asked, cursor)
    if (!('entities' in answer)) throw new Error('no entities')
    entities.push(...answer.entities)
    cursor = answer.cursor
    if (cursor === undefined) return { entities, all: true }
  }
  return { entities, all: false }
}

const checkEntities = async (client: pg.ClientBase, moment: Moment, asked: Query, ids: string[]) => {
  const { entities, all } = await pagesOf(client, moment, asked)
  expect(entities.map(({ id }) => id)).toEqual(all ? ids : ids.slice(0, entities.length))
  if (asked.select === undefined) return
  for (const found of entities) {
    const entity = moment.snapshot.entities.find(({ id }) => id === found.id)!
    const paths = asked.select.map((path) => [path, valueAt(entity, path)] as const)
    expect(found).toEqual({
      id: entity.id,
      ...Object.fromEntries(paths.filter(([, value]) => value !== undefined)),
    })
  }
}

const check = async (client: pg.ClientBase, moment: Moment, asked: Query) => {
  const expected: Evaluation = evaluate(moment.snapshot, asked)
  if ('ids' in expected) return checkEntities(client, moment, asked, expected.ids)
  const answer = await ask(client, moment, asked)
  if ('count' in expected) return expect(answer).toEqual(expected)
  const sorted = (groups: typeof expected.groups) =>
    groups.map(({ value, count }) => `${canonical(value)} ${count}`).toSorted()
  expect(sorted((answer as typeof expected).groups)).toEqual(sorted(expected.groups))
}

it(`${cases} queries of random worlds answer what an evaluator in memory says`, async () => {
  await inTenantTransaction(app, tenantId, async (client) => {
    await client.query('SET LOCAL transaction_timeout = 0')
    await fc.assert(
      fc.asyncProperty(query, fc.nat(), async (asked, n) => {
        const text = printQuery(asked)
        expect(parseQuery(text)).toEqual(parseQuery(asked))
        const moment = { ...moments[n % moments.length]!, reach: reaches[n % reaches.length] }
        await check(client, moment, parseQuery(n % 2 === 0 ? text : asked))
      }),
      {
        numRuns: Number(process.env.QUERY_CASES ?? cases),
        seed: process.env.QUERY_SEED ? Number(process.env.QUERY_SEED) : 6,
        endOnFailure: true,
        verbose: 1,
      },
    )
  })
}, 300_000)
