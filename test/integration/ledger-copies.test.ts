import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import type { Commit } from '#ledger/commit'
import { type Copies, createCopies } from '#ledger/copies'
import type { EngineContext } from '#ledger/engine'
import type { FollowingAdapter } from '#ledger/follow'
import { parseFollowBell } from '#ledger/follow-bell'
import type { LedgerStore } from '#ledger/ledger-store'
import { serveBells } from '#ledger/serve-bells'
import { serveFollower } from '#ledger/serve-follower'
import { type LayerName, ledgerSettings } from '#ledger/settings'
import { sweepLedger } from '#ledger/sweep'
import type { EntityTick } from '#ledger/tick-rows'
import { ledgerStoreSettings, localStoreOpeners } from '../../scripts/local/ledger-stores.ts'
import { startLocalDynamoDb } from '../support/dynamodb.ts'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'

// Engines with the stores of `npm start`, on a real queue and a real PostgreSQL.

let ledger: LedgerHarness
let source: LedgerStore
let folder: string
let lines: string[]
const hosts: Copies[] = []
beforeAll(async () => {
  ledger = await createLedgerHarness()
  source = postgresLedgerStore({ pool: ledger.pool, archive: ledger.objects, newId: uuidv7 })
})
afterAll(() => ledger?.close())

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-copies-'))
  lines = []
})
afterEach(async () => {
  for (const copies of hosts.splice(0)) await copies.close()
  rmSync(folder, { recursive: true })
  // a sweep looks at all worlds: those of this test want no copies any more
  await ledger.database.pool('orrery_migrate').query(`UPDATE worlds SET settings = '{}'`)
  await receiveAll(async () => [])
})

type Host = EngineContext & { copies: Copies }

/** A process that has nothing in its memory yet. */
const startHost = (environment: Record<string, string> = {}): Host => {
  const settings = ledgerStoreSettings.parse(environment)
  const log = (line: string) => lines.push(line)
  const openers = localStoreOpeners(settings, join(folder, 'stores'), ledger.objects)
  const copies = createCopies({ source, openers, log })
  hosts.push(copies)
  return { ...ledger.engine(), copies, log }
}

const settingsOf = (atomic: string, universal: string) => ({
  producer: 'external',
  layers: [
    { name: 'atomic', cell: 0, adapter: atomic, commit: { windowTicks: 10 } },
    { name: 'universal', cell: '*', adapter: universal, commit: { windowTicks: 10 } },
  ],
})

/** One body, and a segment of windows of ten ticks. */
const tick = (worldId: string, ledgerOf: object, from: number, to: number): Promise<void> => {
  const ticks = Array.from(
    { length: to - from + 1 },
    (_, at): EntityTick => ({
      ...{ entityId: 'body', tickId: from + at, x: 0.5, y: 0.5, z: 0.5 },
      ...{ activity: 1 + at, jitter: 0 },
    }),
  )
  return ledger.produce(worldId, ledgerSettings.parse(ledgerOf), ticks, to)
}

type Received = Awaited<ReturnType<LedgerHarness['queue']['receive']>>

/** Until nothing can be received any more; what `serve` keeps comes later. Answers how many bells were done with. */
const receiveAll = async (serve: (messages: Received) => Promise<Received>): Promise<number> => {
  let done = 0
  for (;;) {
    const messages = await ledger.queue.receive({ waitSeconds: 0 })
    if (messages.length === 0) return done
    const kept = await serve(messages)
    await ledger.queue.acknowledge(messages.filter((message) => !kept.includes(message)))
    done += messages.length - kept.length
  }
}

const serveAll = (host: EngineContext): Promise<number> =>
  receiveAll((messages) => serveBells(host, messages, 4))

const commitsIn = (store: LedgerStore, worldId: string, layer: LayerName): Promise<Commit[]> =>
  store.queryCommitsByRegion({ tenantId: 'local', worldId, layer, region: '*', limit: 1_000 })

/** Whether the copy of a layer is what PostgreSQL has of it, in so many commits. */
const expectCopy = async (
  { copies }: Host,
  worldId: string,
  layer: LayerName,
  adapter: FollowingAdapter,
  count: number,
): Promise<void> => {
  const commits = await commitsIn(source, worldId, layer)
  expect(commits).toHaveLength(count)
  expect(await commitsIn(await copies.openStore(adapter), worldId, layer)).toEqual(commits)
}

it('commits are in the store of their layer as soon as the bells are served, also after a restart', async () => {
  const mixed = settingsOf('sqlite', 'object-store')
  const worldId = await ledger.world('mixed', mixed)
  const first = startHost()
  await tick(worldId, mixed, 1, 30)
  await serveAll(first)
  await expectCopy(first, worldId, 'atomic', 'sqlite', 3)
  await expectCopy(first, worldId, 'universal', 'object-store', 3)
  expect(await commitsIn(await first.copies.openStore('sqlite'), worldId, 'universal')).toEqual([])
  await first.copies.close()

  const second = startHost()
  await tick(worldId, mixed, 31, 50)
  await serveAll(second)
  await expectCopy(second, worldId, 'atomic', 'sqlite', 5)
  await expectCopy(second, worldId, 'universal', 'object-store', 5)
  expect(await sweepLedger(second)).toBe(0)
})

it('a layer that is in PostgreSQL alone rings for no copy', async () => {
  const plain = settingsOf('postgres', 'leveldb')
  const worldId = await ledger.world('plain', plain)
  const host = startHost()
  await tick(worldId, { ...plain, layers: plain.layers.slice(0, 1) }, 1, 20)
  let follows = 0
  await receiveAll(async (messages) => {
    follows += messages.filter(({ body }) => parseFollowBell(body) === worldId).length
    return serveBells(host, messages, 4)
  })
  expect(follows).toBe(0)
  await tick(worldId, plain, 21, 40)
  await serveAll(host)
  await sweepLedger(host)
  await serveAll(host)
  // the layer began at tick 21, where a window was cut in two
  await expectCopy(host, worldId, 'universal', 'leveldb', 5)
})

it('a copy that is away keeps nothing else waiting, and gets all when it is back', async () => {
  const mixed = settingsOf('sqlite', 'object-store')
  const worldId = await ledger.world('away', mixed)
  // a file where the folder of SQLite's should be
  writeFileSync(join(folder, 'stores'), '')
  const host = startHost()
  for (const from of [1, 21, 41]) {
    await tick(worldId, mixed, from, from + 19)
    await serveAll(host)
  }
  expect(await commitsIn(source, worldId, 'atomic')).toHaveLength(6)
  expect(lines.some((line) => line.includes("the ledger's copy in sqlite is away"))).toBe(true)

  rmSync(join(folder, 'stores'))
  mkdirSync(join(folder, 'stores'))
  // the bells that were kept come later; a sweep rings before them
  await serveFollower(host, worldId)
  await expectCopy(host, worldId, 'atomic', 'sqlite', 6)
  await expectCopy(host, worldId, 'universal', 'object-store', 6)
})

it('one adapter that is away does not stop the copy in another one', async () => {
  const mixed = settingsOf('sqlite', 'object-store')
  const worldId = await ledger.world('one', mixed)
  writeFileSync(join(folder, 'stores'), '')
  const host = startHost()
  await tick(worldId, mixed, 1, 20)
  await receiveAll((messages) =>
    serveBells(
      host,
      messages.filter(({ body }) => parseFollowBell(body) === undefined),
      4,
    ),
  )
  await expect(serveFollower(host, worldId)).rejects.toThrow("the ledger's copy in sqlite is away")
  await expectCopy(host, worldId, 'universal', 'object-store', 2)
})

it('an adapter that is not offered is said once; the copy is made when it is offered', async () => {
  const wanted = settingsOf('dynamodb', 'postgres')
  const worldId = await ledger.world('wanted', wanted)
  const without = startHost()
  for (const from of [1, 21]) {
    await tick(worldId, wanted, from, from + 19)
    await serveAll(without)
  }
  expect(await commitsIn(source, worldId, 'atomic')).toHaveLength(4)
  const said = lines.filter((line) => line.includes('dynamodb'))
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('LEDGER_DYNAMODB_TABLE')
  expect(await sweepLedger(without)).toBe(0)

  const dynamoDb = await startLocalDynamoDb()
  try {
    await dynamoDb.createTable('copies', 'partition', 'key')
    const host = startHost({
      ...{ LEDGER_DYNAMODB_TABLE: 'copies', LEDGER_DYNAMODB_ENDPOINT: dynamoDb.endpoint },
    })
    expect(await sweepLedger(host)).toBe(1)
    await serveAll(host)
    await expectCopy(host, worldId, 'atomic', 'dynamodb', 4)
    expect(await sweepLedger(host)).toBe(0)
  } finally {
    await dynamoDb.stop()
  }
})

it('a sweep rings for copies whose bells were lost', async () => {
  const mixed = settingsOf('sqlite', 'postgres')
  const worldId = await ledger.world('lost', mixed)
  const host = startHost()
  await tick(worldId, mixed, 1, 20)
  await receiveAll(async (messages) => {
    const shards = messages.filter(({ body }) => parseFollowBell(body) === undefined)
    return serveBells(host, shards, 4)
  })
  expect(await commitsIn(await host.copies.openStore('sqlite'), worldId, 'atomic')).toEqual([])
  expect(await sweepLedger(host)).toBe(1)
  await serveAll(host)
  await expectCopy(host, worldId, 'atomic', 'sqlite', 2)
})

it('a copy that takes more than a turn is rung for until it is whole', async () => {
  const mixed = settingsOf('sqlite', 'postgres')
  const worldId = await ledger.world('long', mixed)
  const host = startHost()
  await tick(worldId, mixed, 1, 100)
  // once for the batch and then for each of two commits
  const twoCommits = () => {
    let left = 3
    return () => left-- > 0
  }
  const copiedAfter: number[] = []
  await receiveAll(async (messages) => {
    const follows = messages.filter(({ body }) => parseFollowBell(body) === worldId)
    const others = messages.filter((message) => !follows.includes(message))
    await serveBells(host, others, 4)
    for (const _ of follows) {
      await serveFollower(host, worldId, twoCommits)
      copiedAfter.push((await commitsIn(await host.copies.openStore('sqlite'), worldId, 'atomic')).length)
    }
    return []
  })
  expect(copiedAfter.slice(0, 5)).toEqual([2, 4, 6, 8, 10])
  await expectCopy(host, worldId, 'atomic', 'sqlite', 10)
  expect(await sweepLedger(host)).toBe(0)
})
