import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { encodeBatch } from '#ledger/archive-batch'
import { type Commit, commitIdOf, hashCommit, noHash } from '#ledger/commit'
import { compareRegions } from '#ledger/place'
import { appendCommitEvents } from '#ledger/postgres/append-events'
import { storeCommit } from '#ledger/postgres/store-commit'
import { quantaPerUnit } from '#ledger/quanta'
import { decodeCheckpoint } from '#physics/checkpoint'
import { listCheckpoints } from '#physics/checkpoint-store'
import { cutCells } from '#physics/gamma-cells'
import { hydrate } from '#physics/hydrate'
import { replayTicks } from '#physics/replay-ticks'
import type { Simulation } from '#physics/simulation'
import { stateHash } from '#physics/state-hash'
import type { LoggedTick } from '#physics/tick-log'
import { drive } from '#platform/arrays/drive'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
let background: pg.Pool
let objects: ObjectStore

beforeEach(async () => {
  physics = await createPhysicsHarness()
  background = physics.database.pool('orrery_background')
  objects = filesystemObjectStore(physics.objectsDir)
})
afterEach(() => physics?.close())

/** More entries than an event carries: the cells of a plane, heavier towards larger x, and a correction. */
const plane = (worldId: string, number: number, previousHash: string): Commit => {
  const span = { worldId, layer: 'atomic', shard: '12:0:0:0', epochStart: number, epochEnd: number } as const
  const entry = (region: string, weight: number, correction = false) => ({
    ...{ region, correction, count: 1n, activitySum: 1n, activitySquares: 1n, entityRefs: [] },
    ...{ weightSum: BigInt(weight * quantaPerUnit), lateFrom: 0, lateTo: 0 },
  })
  const cells = Array.from({ length: 27 }, (_, x) => x).flatMap((x) =>
    Array.from({ length: 27 }, (_, y) => entry(`0:${x}:${y}:0`, x + number)),
  )
  const commit = {
    ...{ ...span, commitId: commitIdOf(span), tenantId: 'local', number, windowEnd: number, previousHash },
    entries: [...cells, entry('0:3:3:0', 1_000, true)].toSorted(
      (a, b) => compareRegions(a.region, b.region) || Number(a.correction) - Number(b.correction),
    ),
    ...{ fromInput: 1, seenInput: 1, committedAt: new Date().toISOString(), hash: '' },
  }
  return { ...commit, hash: hashCommit(commit) }
}

/** As the engine commits; until the physics has taken it up. */
const commit = async (made: Commit): Promise<void> => {
  const { worldId, commitId } = made
  const seq = await inTransaction(background, async (client) => {
    await storeCommit(client, made)
    return appendCommitEvents(client, made, [{ eventId: uuidv7(), commit: made, cause: { commitId } }])
  })
  await physics.deliver(worldId, seq, seq)
  await until(`seq ${seq} is applied`, async () => (await physics.status(worldId))?.seq === seq)
}

/** As the archivist does it: the entries are in an object, and no longer in the database. */
const archive = async (made: Commit): Promise<void> => {
  const { bytes, sha256 } = await encodeBatch([made])
  const [archiveId, key] = [randomUUID(), `archive/${made.commitId}.orl`]
  await objects.put(key, bytes)
  await inTransaction(background, async (client) => {
    await client.query(
      `INSERT INTO ledger_archives VALUES ($1, $2, 'local', $3, $4, $5, $5, $5, $5, $6, $7, decode($8, 'hex'))`,
      [archiveId, made.worldId, made.layer, made.shard, made.number, key, bytes.length, sha256],
    )
    await client.query(
      'DELETE FROM commit_entries e USING commits c WHERE e.commit_key = c.commit_key AND c.commit_id = $1',
      [made.commitId],
    )
    await client.query('UPDATE commits SET archive_id = $2 WHERE commit_id = $1', [made.commitId, archiveId])
  })
}

const hashOf = ({ bodies, tick, seq, gamma }: Simulation): Promise<string> =>
  drive(stateHash(bodies, tick, seq, gamma))

const everything = { tickHashShare: 1, checkpointsKept: Number.POSITIVE_INFINITY, checkpointEveryMs: 100 }

/** A world whose body has felt two large commits, one of them archived since. */
const commitTwice = async (): Promise<string> => {
  const service = await physics.start(everything)
  const { worldId } = await physics.send('w', [
    physicsSettings({ gravity: 0, gammaCoupling: 0.25, ticksPerSecond: 50 }),
    put('a', [5.5, 5.5, 0.5], { activity: 1, jitter: 0.25 }),
  ])
  const first = plane(worldId, 1, noHash)
  await commit(first)
  await until('the body is drawn along', async () => (await physics.positions(worldId)).a![0]! > 5.75)
  const second = plane(worldId, 2, first.hash)
  await commit(second)
  await service.stop()
  await archive(first)
  return worldId
}

it('large commits, whose events do not carry their entries, are felt and run again bit by bit, out of the archive too', async () => {
  const worldId = await commitTwice()
  const refs = await listCheckpoints(objects, worldId)
  const replayed = await decodeCheckpoint((await objects.get(refs[0]!.key))!)
  expect(replayed.gamma!.count).toBe(0)
  const hashes = new Map<number, string>()
  const onTick = async ({ tick, stateHash }: LoggedTick): Promise<void> => {
    if (stateHash == null) return
    hashes.set(tick, stateHash)
    expect([tick, await hashOf(replayed)]).toEqual([tick, stateHash])
  }
  await replayTicks({ pool: physics.pool, objects }, replayed, { onTick })
  expect(hashes.size).toBeGreaterThan(10)
  expect(replayed.gamma!.count).toBe(27 * 27)

  const warnings: string[] = []
  const context = { pool: physics.pool, objects, warn: (line: string) => void warnings.push(line) }
  const hydrated = await hydrate(context, { worldId, tenantId: 'local' })
  expect(await hashOf(hydrated.simulation)).toBe(await hashOf(replayed))
  expect(warnings).toEqual([])

  // the next holder answers what was in the past, beside the world
  await physics.start(everything)
  await until('it is held again', () => physics.status(worldId))
  const [tick, expected] = [...hashes].at(-2)!
  const answer = await until('a past tick', async () => {
    const found = await physics.ask<{ stateHash: string }>(worldId, `physics?tick=${tick}`)
    return found?.status === 200 ? found : undefined
  })
  expect(answer.body.stateHash).toBe(expected)
})

it('without a checkpoint the gamma is that of the ledger’s own projection', async () => {
  const worldId = await commitTwice()
  const newest = (await listCheckpoints(objects, worldId)).at(-1)!
  const { gamma } = await decodeCheckpoint((await objects.get(newest.key))!)
  for (const key of await objects.list(`checkpoints/${worldId}/`)) await objects.delete(key)
  const context = { pool: physics.pool, objects, warn: () => {} }
  const { simulation, checkpoint } = await hydrate(context, { worldId, tenantId: 'local' })
  expect(checkpoint).toBeNull()
  expect(new Set(cellsOf(simulation.gamma!))).toEqual(new Set(cellsOf(gamma!)))
})

const cellsOf = (gamma: NonNullable<Simulation['gamma']>): string[] => {
  const { count, at, weight, epochEnd } = cutCells(gamma)
  return Array.from({ length: count }, (_, cell) =>
    [...at.subarray(3 * cell, 3 * cell + 3), weight[cell], epochEnd[cell]].join(),
  )
}
