import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Commit } from '#ledger/commit'
import { type LayerName, ledgerSettings } from '#ledger/settings'
import type { EntityTick } from '#ledger/tick-rows'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { archiveAll, chainOf, entryOf, storeAll } from '../support/ledger.ts'
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
  it('are read by a fork; forking at a seq before others is refused until they are restored', async () => {
    const tenantId = 'local'
    const world = await ledger.world('archived', settings)
    const spans = [1, 2, 3].map((at) => ({
      ...{ epochStart: 10 * at - 9, epochEnd: 10 * at, windowEnd: 10 * at },
      entries: [entryOf('0:1:0:0', BigInt(at))],
    }))
    const commits: Commit[] = chainOf({ tenantId, worldId: world, layer: 'atomic', shard: '4:0:0:0' }, spans)
    await storeAll(ledger.pool, commits)
    const admin = ledger.database.pool('orrery_migrate')
    await admin.query(
      `INSERT INTO world_events (world_id, tenant_id, seq, event_id, type, data, cause, occurred_at)
       SELECT c.world_id, c.tenant_id, number, gen_random_uuid(), 'commit.entries.v1', jsonb_build_object('commitId', commit_id),
         '{}', now() FROM commits c WHERE world_id = $1`,
      [world],
    )
    const opened = `
      WITH head AS (SELECT * FROM commits WHERE world_id = $1 ORDER BY number DESC LIMIT 1), layer AS (
        INSERT INTO ledger_layers (world_id, tenant_id, layer) SELECT world_id, tenant_id, layer FROM head
      ), stream AS (UPDATE worlds SET seq = 3 WHERE world_id = $1)
      INSERT INTO ledger_shards (world_id, tenant_id, layer, shard, number, hash, committed_to)
      SELECT world_id, tenant_id, layer, shard, number, hash, epoch_end FROM head`
    await admin.query(opened, [world])
    await archiveAll(ledger.pool, ledger.objects, commits.slice(0, 2))
    await fork('archived', 'from archive')
    const { commitId } = commits[0]!
    expect(await get(`/commit/${commitId}?world=from archive`)).toEqual(
      await get(`/commit/${commitId}?world=archived`),
    )
    const tile = `/gamma/commit/${commits[1]!.commitId}?world=`
    expect((await get(`${tile}from archive`)).cells).toEqual((await get(`${tile}archived`)).cells)
    const early = await api.call('POST', '/admin/fork', { world: 'archived', name: 'early', atSeq: 2 })
    expect(early).toMatchObject({ status: 409, body: { errors: [{ field: 'atSeq' }] } })
    expect(early.body.errors[0].message).toContain('restore them first')
    expect((await api.call('GET', '/worlds/early')).status).toBe(404)
  })
})
