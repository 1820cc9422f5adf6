import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDoorbellRinger } from '#relay/doorbell'
import { readEvents } from '#relay/read-events'
import {
  appendEvents,
  openRelayStage,
  type RelayStage,
  range,
  seedWorld,
} from '../integration/relay-support.ts'
import { until } from '../support/until.ts'
import { chainHash, chainTables } from './chain-consumer.ts'
import { type Restarting, startRestarting } from './relay-processes.ts'

const kills = 50
const worldCount = 4

let stage: RelayStage
let children: Restarting[] = []

beforeAll(async () => {
  stage = await openRelayStage()
})
afterAll(async () => {
  await Promise.all(children.map((child) => child.end()))
  await stage.stop()
})

/** mulberry32: the seed that a failure names gives the same victims and pauses again. */
const randomOf = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const behind = async (admin: pg.Pool): Promise<number> => {
  const { rows } = await admin.query<{ missing: number }>(
    `SELECT sum(w.seq - coalesce(c.seq, 0))::int8 AS missing FROM worlds w
     LEFT JOIN consumer_cursors c ON c.consumer = 'chain' AND c.world_id = w.world_id`,
  )
  return Number(rows[0]!.missing)
}

const undisturbedHash = async (admin: pg.Pool, worldId: string): Promise<string> => {
  let hash = ''
  for (let seq = 0; ; ) {
    const events = await readEvents(admin, worldId, seq, 1_000)
    if (events.length === 0) return hash
    hash = chainHash(hash, events)
    seq = events.at(-1)!.seq
  }
}

test(`two relays and two consumers killed ${kills} times: every event takes effect once and in order`, async () => {
  const { admin } = stage
  const seed = Date.now() % 2 ** 31
  await admin.query(chainTables)
  // a killed reader holds its group only so long
  const visible = { VisibilityTimeout: '1' }
  const doorbell = await stage.makeQueue('faults-doorbell', visible)
  const events = await stage.makeQueue('faults-events.fifo', visible)
  const common = { sqsEndpoint: stage.endpoint, doorbellUrl: doorbell.url, eventsUrl: events.url }
  const relaySettings = { ...common, databaseUrl: stage.database.url('orrery_relay') }
  const consumerSettings = { ...common, databaseUrl: stage.database.url('orrery_background') }
  children = await Promise.all([
    startRestarting('relay 1', './relay-process.ts', relaySettings),
    startRestarting('relay 2', './relay-process.ts', relaySettings),
    startRestarting('consumer 1', './consumer-process.ts', consumerSettings),
    startRestarting('consumer 2', './consumer-process.ts', consumerSettings),
  ])

  const worlds = await Promise.all(range(1, worldCount).map(() => seedWorld(admin, 0)))
  const heads = new Map(worlds.map((worldId) => [worldId, 0]))
  const ringer = createDoorbellRinger({ queue: doorbell, now: Date.now })
  let isKilling = true
  const write = async (random: () => number): Promise<void> => {
    while (isKilling) {
      const worldId = worlds[Math.floor(random() * worldCount)]!
      const count = 1 + Math.floor(random() * 40)
      const head = heads.get(worldId)! + count
      await ringer.beforeCommit(worldId)
      await appendEvents(
        admin,
        worldId,
        range(1, count).map(() => ({ note: 'n'.repeat(Math.floor(random() * 3_000)) })),
      )
      ringer.afterCommit(worldId, head)
      heads.set(worldId, head)
      await delay(Math.floor(random() * 20))
    }
  }
  const kill = async (random: () => number): Promise<void> => {
    for (let count = 0; count < kills; count++) {
      await delay(Math.floor(random() * 120))
      await children[Math.floor(random() * children.length)]!.killAndRestart()
    }
    isKilling = false
  }
  await Promise.all([write(randomOf(seed + 1)), kill(randomOf(seed))])
  await ringer.flush()
  await until('all effects', async () => (await behind(admin)) === 0)

  for (const [worldId, head] of heads) {
    const arrived = await admin.query<{ seq: number }>(
      'SELECT seq FROM arrivals WHERE world_id = $1 ORDER BY position',
      [worldId],
    )
    expect(
      arrived.rows.map(({ seq }) => seq),
      `seed ${seed}`,
    ).toEqual(range(1, head))
    const chain = await admin.query<{ hash: string }>('SELECT hash FROM chains WHERE world_id = $1', [
      worldId,
    ])
    expect(chain.rows[0]?.hash, `seed ${seed}`).toBe(await undisturbedHash(admin, worldId))
  }
  const dead = await admin.query('SELECT FROM dead_letters')
  expect(dead.rowCount).toBe(0)
}, 240_000)
