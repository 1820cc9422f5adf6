import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { type LayerName, ledgerSettings } from '#ledger/settings'
import type { EntityTick } from '#ledger/tick-rows'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { createLedgerHarness, type LedgerHarness } from '../support/ledger-harness.ts'

const layers = [
  { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
  { name: 'planetary', cell: 3, commit: { windowTicks: 20 } },
  { name: 'universal', cell: '*', commit: { windowTicks: 40 } },
]
const names = layers.map(({ name }) => name)
const settings = ledgerSettings.parse({ layers, shardCell: 4, producer: 'external' })

let ledger: LedgerHarness
let api: TestApi

/** What the world 'w' was after each of its commits' events that a test may fork at. */
interface Moment {
  seq: number
  gamma: Record<string, unknown>
}
const moments: Moment[] = []
let worldId: string

beforeAll(async () => {
  ledger = await createLedgerHarness()
  const { queue, objects } = ledger
  api = await startTestApi(ledger.database.url('orrery_app'), { ledger: { queue, objects } })
  worldId = await ledger.world('w', settings)
  for (let from = 1; from <= 70; from += 10) {
    await bring(worldId, from, from + 9)
    moments.push({ seq: (await get('/worlds/w')).seq, gamma: await gammaOf('w') })
  }
}, 120_000)
afterAll(async () => {
  await api?.stop()
  await ledger?.close()
})

/** Bodies that go along the x axis, across shards. */
const bring = async (world: string, from: number, to: number, activity = 1): Promise<void> => {
  const ticks = Array.from({ length: to - from + 1 }, (_, at) => from + at).flatMap((tickId) =>
    Array.from({ length: 6 }, (_, body): EntityTick => {
      const x = body * 9.7 - 30 + tickId / 7
      return { entityId: `body ${body}`, tickId, x, y: 0.5, z: 0.5, activity: activity + body, jitter: 0 }
    }),
  )
  await ledger.produce(world, settings, ticks, to)
  await ledger.serveAll()
}

const get = async (path: string): Promise<Answer['body']> => {
  const { status, body } = await api.call('GET', path)
  expect(status, `${path}: ${JSON.stringify(body)}`).toBe(200)
  return body
}

const gammaOf = async (world: string): Promise<Record<string, unknown>> => {
  const tiles = names.map(async (layer) => [
    layer,
    (await get(`/gamma/current?world=${world}&layer=${layer}&limit=10000`)).cells,
  ])
  return Object.fromEntries(await Promise.all(tiles))
}

const fork = async (world: string, name: string, more: object = {}) => {
  const { status, body } = await api.call('POST', '/admin/fork', { world, name, ...more })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.world
}

interface Link {
  layer: LayerName
  shard: string
  number: number
  hash: string
  previousHash: string
  commitId: string
  seq: number
}

/** The commits that a world made itself, each with the seq of its event. */
const ownCommits = async (world: string): Promise<Link[]> => {
  const { rows } = await ledger.pool.query<Link>(
    `SELECT layer, shard, number, encode(hash, 'hex') AS hash, encode(previous_hash, 'hex') AS "previousHash",
       commit_id AS "commitId", e.seq
     FROM commits c JOIN world_events e ON e.world_id = c.world_id AND e.data ->> 'commitId' = c.commit_id::text
     WHERE c.world_id = $1 ORDER BY e.seq`,
    [world],
  )
  return rows
}

const chainsIn = (commits: readonly Link[]): Map<string, Link[]> =>
  Map.groupBy(commits, ({ layer, shard }) => `${layer} ${shard}`)

/** Of all layers, which count the same bodies. */
const countsOf = async (world: string) => {
  const { rows } = await ledger.pool.query<{ layer: string; count: number; weight: string }>(
    `SELECT layer, sum(count)::int AS count, sum(weight_sum)::text AS weight FROM gamma_cells
     WHERE world_id = $1 GROUP BY 1 ORDER BY 1`,
    [world],
  )
  return rows
}

describe('the ledger of a fork', () => {
  it('begins with the gamma of its parent as of the seq, in every layer', async () => {
    for (const [at, { seq, gamma }] of moments.entries()) {
      await fork('w', `at ${at}`, { atSeq: seq })
      expect(await gammaOf(`at ${at}`)).toEqual(gamma)
    }
  })

  it('has chains that go on from the heads, manifests too', async () => {
    const { seq } = moments[3]!
    const made = await fork('w', 'chains', { atSeq: seq })
    const heads = chainsIn((await ownCommits(worldId)).filter((one) => one.seq <= seq))
    const { rows: manifests } = await ledger.pool.query(
      `SELECT DISTINCT ON (layer) layer, manifest, encode(hash, 'hex') AS hash FROM manifests m WHERE world_id = $1
         AND epoch_end < 40 ORDER BY layer, manifest DESC`,
      [worldId],
    )
    await bring(made.worldId, 41, 119)
    const own = chainsIn(await ownCommits(made.worldId))
    expect(own.size).toBeGreaterThan(5)
    for (const [chain, [first]] of own) {
      const head = heads.get(chain)?.at(-1)
      expect([chain, first!.number, first!.previousHash]).toEqual([
        ...[chain, (head?.number ?? 0) + 1, head?.hash ?? '0'.repeat(64)],
      ])
    }
    const { rows: next } = await ledger.pool.query(
      `SELECT DISTINCT ON (layer) layer, manifest, encode(previous_hash, 'hex') AS "previousHash" FROM manifests
       WHERE world_id = $1 ORDER BY layer, manifest`,
      [made.worldId],
    )
    expect(next).toHaveLength(3)
    for (const { layer, manifest, previousHash } of next) {
      const last = manifests.find((one) => one.layer === layer)
      expect([layer, manifest, previousHash]).toEqual([
        ...[layer, (last?.manifest ?? 0) + 1, last?.hash ?? '0'.repeat(64)],
      ])
    }
  })

  it('forked between any two commits has the same sums in all layers when its windows have closed', async () => {
    const commits = await ownCommits(worldId)
    // in the midst of windows: some chains of one have their commits and others do not, and layers above lack them
    const seqs = [3, 11, 17, 29, 38].map((at) => commits[at]!.seq)
    for (const seq of seqs) {
      const name = `midst ${seq}`
      const made = await fork('w', name, { atSeq: seq })
      await bring(made.worldId, 81, 159)
      const counts = await countsOf(made.worldId)
      expect(counts).toHaveLength(3)
      const inherited = await ledger.pool.query<{ count: number }>(
        `SELECT sum(e.count)::int AS count FROM commits c JOIN commit_entries e USING (commit_key)
         JOIN world_events v ON v.world_id = c.world_id AND v.data ->> 'commitId' = c.commit_id::text
         WHERE c.world_id = $1 AND c.layer = 'atomic' AND v.seq <= $2`,
        [worldId, seq],
      )
      for (const { layer, count, weight } of counts)
        expect([seq, layer, count, weight]).toEqual([
          ...[seq, layer, inherited.rows[0]!.count + 79 * 6, counts[0]!.weight],
        ])
    }
  })

  it('is not touched by what its parent commits afterwards, nor the parent by the fork', async () => {
    const parent = await ledger.world('busy', settings)
    await bring(parent, 1, 40)
    const made = await fork('busy', 'quiet')
    const before = await gammaOf('quiet')
    await bring(parent, 41, 80, 5)
    expect(await gammaOf('quiet')).toEqual(before)
    const ofParent = await gammaOf('busy')
    await bring(made.worldId, 41, 80, 2)
    expect(await gammaOf('busy')).toEqual(ofParent)
    expect(await gammaOf('quiet')).not.toEqual(ofParent)
  })

  it('has no plugin act on windows that its parent closed', async () => {
    const made = await fork('w', 'plugins')
    const { rows } = await ledger.pool.query(
      'SELECT manifest, plugin_manifest, plugin_plan FROM ledger_layers WHERE world_id = $1',
      [made.worldId],
    )
    expect(rows).toHaveLength(3)
    for (const { manifest, plugin_manifest, plugin_plan } of rows)
      expect([plugin_manifest, plugin_plan]).toEqual([manifest, null])
  })
})

const pages = async (path: string): Promise<Answer['body'][]> => {
  const all: Answer['body'][] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const { body, headers }: Answer = await api.call('GET', next)
    all.push(...body.commits)
    next = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }
  return all
}

describe('commits of a fork’s ancestors', () => {
  let seq: number
  let inherited: Link[]
  let later: Link[]
  let own: Link[]

  beforeAll(async () => {
    seq = moments[4]!.seq
    const commits = await ownCommits(worldId)
    inherited = commits.filter((one) => one.seq <= seq)
    later = commits.filter((one) => one.seq > seq)
    const child = await fork('w', 'child', { atSeq: seq })
    await bring(child.worldId, 51, 119, 3)
    own = await ownCommits(child.worldId)
  }, 60_000)

  it('are read as the parent’s, and those that it made afterwards are not there', async () => {
    for (const { commitId } of [...inherited.slice(0, 3), ...inherited.slice(-3)])
      expect(await get(`/commit/${commitId}?world=child`)).toEqual(await get(`/commit/${commitId}?world=w`))
    for (const { commitId } of [later[0]!, later.at(-1)!])
      for (const path of [`/commit/${commitId}`, `/gamma/commit/${commitId}`])
        expect((await api.call('GET', `${path}?world=child`)).status).toBe(404)
    expect((await api.call('GET', `/commit/${own[0]!.commitId}?world=w`)).status).toBe(404)
  })

  it('are listed with its own, also by chain, in pages', async () => {
    for (const layer of names) {
      const found = await pages(`/commits?world=child&layer=${layer}&limit=3`)
      const expected = [...inherited, ...own].filter((one) => one.layer === layer)
      expect(found.map(({ commitId }) => commitId).toSorted()).toEqual(
        expected.map(({ commitId }) => commitId).toSorted(),
      )
      const ends = found.map(({ epochEnd }) => epochEnd)
      expect(ends).toEqual(ends.toSorted((a, b) => b - a))
    }
    const [, chain] = [...chainsIn(inherited)].find(([name]) => chainsIn(own).has(name))!
    const { layer, shard } = chain[0]!
    const found = await pages(`/commits?world=child&layer=${layer}&shard=${shard}&limit=2`)
    const last = found[0]!.number
    expect(last).toBeGreaterThan(chain.length)
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: last }, (_, at) => last - at))
    for (const [at, { previousHash }] of found.slice(0, -1).entries())
      expect(previousHash).toBe(found[at + 1].hash)
  })

  it('are in the tiles of the past, the parent’s and its own', async () => {
    for (const layer of names) {
      const first = inherited.find((one) => one.layer === layer)!
      expect((await get(`/gamma/commit/${first.commitId}?world=child`)).cells).toEqual(
        (await get(`/gamma/commit/${first.commitId}?world=w`)).cells,
      )
      const [{ commitId }] = (await get(`/commits?world=child&layer=${layer}&limit=1`)).commits
      const answer = await api.call('GET', `/gamma/commit/${commitId}?world=child&limit=10000`)
      expect(answer.headers.get('cache-control')).toContain('immutable')
      expect(answer.body.cells).toEqual((await gammaOf('child'))[layer])
    }
  })

  it('name moments that a fork can be made of', async () => {
    const { commitId, seq: at } = inherited[7]!
    expect((await fork('w', 'by commit', { commitId })).parent).toMatchObject({ worldId, seq: at })
    expect((await fork('child', 'by old commit', { commitId })).parent).toMatchObject({ worldId, seq: at })
    const newest = own.at(-1)!
    const child = await get('/worlds/child')
    expect((await fork('child', 'by own commit', { commitId: newest.commitId })).parent).toMatchObject({
      ...{ worldId: child.worldId, seq: newest.seq },
    })
    const foreign = { world: 'child', name: 'no', commitId: later[0]!.commitId }
    expect(await api.call('POST', '/admin/fork', foreign)).toMatchObject({
      ...{ status: 404, body: { errors: [{ field: 'commitId' }] } },
    })
  })

  it('are those of each of them in a fork of a fork', async () => {
    const at = own[Math.floor(own.length / 2)]!.seq
    const made = await fork('child', 'grandchild', { atSeq: at })
    const seen = own.filter((one) => one.seq <= at)
    for (const layer of names) {
      const found = await pages(`/commits?world=grandchild&layer=${layer}&limit=100`)
      const expected = [...inherited, ...seen].filter((one) => one.layer === layer)
      expect(found.map(({ commitId }) => commitId).toSorted()).toEqual(
        expected.map(({ commitId }) => commitId).toSorted(),
      )
    }
    await bring(made.worldId, 121, 199)
    const counts = await countsOf(made.worldId)
    expect(new Set(counts.map(({ count, weight }) => `${count}/${weight}`)).size).toBe(1)
  })
})

describe('archived commits', () => {
  /** Moves the first commits of each chain to the archive, up to a share of them. */
  const archive = async (world: string, share: number): Promise<void> => {
    const store = postgresLedgerStore({ pool: ledger.pool, archive: ledger.objects, newId: uuidv7 })
    const chains = 'SELECT layer, shard, number FROM ledger_shards WHERE world_id = $1 AND number > 0'
    for (const { layer, shard, number } of (await ledger.pool.query(chains, [world])).rows) {
      const range = { fromNumber: 1, toNumber: Math.ceil(number * share) }
      await store.archiveCommits({ tenantId: 'local', worldId: world, layer, shard, ...range })
    }
  }

  it.each([0.3, 0.7, 1])('keep nobody from forking at any seq: %d of each chain', async (share) => {
    const name = `old ${share}`
    const world = await ledger.world(name, settings)
    const then: Moment[] = []
    for (let from = 1; from <= 50; from += 10) {
      await bring(world, from, from + 9)
      then.push({ seq: (await get(`/worlds/${name}`)).seq, gamma: await gammaOf(name) })
    }
    await archive(world, share)
    for (const { seq, gamma } of then) {
      await fork(name, `${name} at ${seq}`, { atSeq: seq })
      expect(await gammaOf(`${name} at ${seq}`)).toEqual(gamma)
    }
    // what is committed later, and what the fork has of its parent, is read from either
    const [{ seq }] = [then.at(-2)!]
    const { commits } = await get(`/commits?world=${name} at ${seq}&layer=atomic&limit=1`)
    const path = `/commit/${commits[0].commitId}?world=`
    expect(await get(`${path}${name} at ${seq}`)).toEqual(await get(`${path}${name}`))
    expect((await get(`${path.replace('commit', 'gamma/commit')}${name} at ${seq}`)).cells).toEqual(
      (await get(`${path.replace('commit', 'gamma/commit')}${name}`)).cells,
    )
  })

  it('are refused where the host has no archive', async () => {
    const world = await ledger.world('apart', settings)
    for (let from = 1; from <= 40; from += 10) await bring(world, from, from + 9)
    await archive(world, 0.5)
    const apart = await startTestApi(ledger.database.url('orrery_app'))
    try {
      const early = await apart.call('POST', '/admin/fork', { world: 'apart', name: 'early', atSeq: 4 })
      expect(early).toMatchObject({ status: 409, body: { errors: [{ field: 'atSeq' }] } })
      expect((await apart.call('GET', '/worlds/early')).status).toBe(404)
    } finally {
      await apart.stop()
    }
  })
})
