import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { sqliteLedgerStore } from '#ledger/adapters/sqlite'
import type { Commit } from '#ledger/commit'
import { createFollower, FollowingStoreAway } from '#ledger/follow'
import type { LayerKey, LedgerStore } from '#ledger/ledger-store'
import { appendCommitEvents } from '#ledger/postgres/append-events'
import { storeCommit } from '#ledger/postgres/store-commit'
import type { LayerName } from '#ledger/settings'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { inTransaction } from '#platform/postgres/pool'
import { type Consumer, consumeLog } from '#relay/consumer'
import { chainOf, entryOf, inOrder } from '../conformance/ledger-commits.ts'
import { openRelayStage, type RelayStage, seedWorld } from './relay-support.ts'

let stage: RelayStage
beforeAll(async () => {
  stage = await openRelayStage()
})
afterAll(() => stage.stop())

let folder: string
/** Where the commits are as well as in PostgreSQL, and the copy. */
let source: LedgerStore
let copy: LedgerStore
let isAway = false
const databases: DatabaseSync[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-follow-'))
  const archive = filesystemObjectStore(join(folder, 'archive'))
  const open = (name: string): LedgerStore => {
    const database = new DatabaseSync(join(folder, name))
    databases.push(database)
    return sqliteLedgerStore({ database, archive })
  }
  source = open('source.sqlite')
  copy = open('copy.sqlite')
  isAway = false
})
afterEach(() => {
  for (const database of databases.splice(0)) database.close()
  rmSync(folder, { recursive: true })
})

const follower = (): Consumer =>
  createFollower('sqlite', {
    source,
    openStore: async () => {
      if (isAway) throw new Error('no such host')
      return copy
    },
  })

const follow = (consumer: Consumer, worldId: string): Promise<void> =>
  consumeLog({ pool: stage.background, consumer, maxAttempts: 2 }, worldId)

const setAdapter = (worldId: string, layer: LayerName, adapter: string): Promise<pg.QueryResult> => {
  const layers = [
    { name: 'atomic', cell: 0 },
    { name: 'planetary', cell: 6 },
  ].map((one) => (one.name === layer ? { ...one, adapter } : one))
  return stage.admin.query('UPDATE worlds SET settings = $2 WHERE world_id = $1', [
    worldId,
    { ledger: { layers } },
  ])
}

const commitsOf = (worldId: string, layer: LayerName, shard: string, count: number): Commit[] =>
  chainOf(
    { tenantId: 'local', worldId, layer },
    shard,
    Array.from({ length: count }, (_, at) => ({
      ...{ epochStart: at * 10 + 1, epochEnd: at * 10 + 10, windowEnd: at * 10 + 10 },
      entries: [entryOf(layer === 'atomic' ? '0:1:2:3' : '6:1:2:3', BigInt(at))],
    })),
  )

/** As the engine does: the commit and its event in one transaction. */
const commitAll = async (commits: readonly Commit[]): Promise<void> => {
  for (const commit of commits) {
    await inTransaction(stage.admin, async (client) => {
      await storeCommit(client, commit)
      await appendCommitEvents(client, commit, [{ eventId: randomUUID(), commit, cause: {} }])
    })
    await source.persistCommit(commit)
  }
}

const copied = (worldId: string, layer: LayerName): Promise<Commit[]> => {
  const key: LayerKey = { tenantId: 'local', worldId, layer }
  return copy.queryCommitsByRegion({ ...key, region: '*', limit: 1_000 })
}

test('a layer with an adapter is copied there, others are not', async () => {
  const worldId = await seedWorld(stage.admin, 3)
  await setAdapter(worldId, 'planetary', 'sqlite')
  const chains = ['12:0:0:0', '12:-1:0:0'].map((shard) => commitsOf(worldId, 'planetary', shard, 5))
  const other = commitsOf(worldId, 'atomic', '12:0:0:0', 5)
  await commitAll([...chains.flat(), ...other])
  await follow(follower(), worldId)
  expect(await copied(worldId, 'planetary')).toEqual(inOrder(chains.flat()))
  expect(await copied(worldId, 'atomic')).toEqual([])
  // from the beginning once more
  await stage.admin.query('DELETE FROM consumer_cursors WHERE world_id = $1', [worldId])
  await follow(follower(), worldId)
  expect(await copied(worldId, 'planetary')).toEqual(inOrder(chains.flat()))
})

test('what the copy lacks before a commit comes with it', async () => {
  const worldId = await seedWorld(stage.admin, 0)
  const commits = commitsOf(worldId, 'planetary', '12:0:0:0', 30)
  await commitAll(commits.slice(0, 20))
  const consumer = follower()
  await follow(consumer, worldId)
  expect(await copied(worldId, 'planetary')).toEqual([])
  await setAdapter(worldId, 'planetary', 'sqlite')
  await commitAll(commits.slice(20, 21))
  await follow(consumer, worldId)
  expect(await copied(worldId, 'planetary')).toEqual(commits.slice(0, 21))
  await commitAll(commits.slice(21))
  // by another process, which has to look how far the copy goes
  await follow(follower(), worldId)
  expect(await copied(worldId, 'planetary')).toEqual(commits)
})

test('an outage of the adapter is waited for, however long it is', async () => {
  const worldId = await seedWorld(stage.admin, 0)
  await setAdapter(worldId, 'planetary', 'sqlite')
  const commits = commitsOf(worldId, 'planetary', '12:0:0:0', 4)
  await commitAll(commits)
  isAway = true
  const consumer = follower()
  for (let attempt = 0; attempt < 5; attempt++)
    await expect(follow(consumer, worldId)).rejects.toThrow(FollowingStoreAway)
  isAway = false
  await follow(consumer, worldId)
  expect(await copied(worldId, 'planetary')).toEqual(commits)
})
