import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Commit } from '#ledger/commit'
import { ArchiveDamaged, CommitConflict, type LayerKey, type LedgerStore } from '#ledger/ledger-store'
import { compareRegions, isInside } from '#ledger/place'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { type FaultyArchive, faultyArchive } from './faulty-archive.ts'
import {
  chainOf,
  crashCommits,
  entryOf,
  inOrder,
  type Ledger,
  ledgerArbitrary,
  referenceTile,
  type Span,
} from './ledger-commits.ts'
import { persistAndDie } from './ledger-store-crash.ts'
import { type ConnectedStore, connectTo, type LedgerStoreTarget } from './ledger-store-target.ts'

export interface SuiteOptions {
  /** Random ledgers; default 40. */
  numRuns?: number
  /** Times that a process is killed; default 6. */
  kills?: number
}

const newKey = (tenantId = 'acme'): LayerKey => ({ tenantId, worldId: randomUUID(), layer: 'atomic' })

const shard = '12:-1:0:0'
const cell = (x: number): string => `0:${x}:0:0`

/** Spans of ten ticks that lie one after the other, each with one entry of one cell. */
const spansOf = (count: number, x = -1): Span[] =>
  Array.from({ length: count }, (_, at) => {
    const [epochStart, epochEnd] = [at * 10 + 1, (at + 1) * 10]
    const entry = entryOf(cell(x), BigInt(at + 1), { entityRefs: ['a', `b${at}`] })
    return { epochStart, epochEnd, windowEnd: epochEnd, entries: [entry] }
  })

const persistAll = async (store: LedgerStore, commits: readonly Commit[]): Promise<void> => {
  for (const commit of commits) await store.persistCommit(commit)
}

/** Everything that the store says of a layer. */
const everything = async (store: LedgerStore, key: LayerKey) => {
  const commits: Commit[] = []
  for (;;) {
    const last = commits.at(-1)
    const after = last && { epochEnd: last.epochEnd, commitId: last.commitId }
    const page = await store.queryCommitsByRegion({ ...key, region: '*', limit: 1_000, after })
    commits.push(...page)
    if (page.length < 1_000) break
  }
  return { commits, cells: await store.readProjectionTile({ ...key, region: '*', limit: 100_000 }) }
}

const expected = (commits: readonly Commit[]) => ({
  commits: inOrder(commits),
  cells: referenceTile(commits, { region: '*' }),
})

/** What every adapter of LedgerStore does. `open` starts what it needs: once, before the tests. */
export const ledgerStoreSuite = (
  name: string,
  open: () => Promise<LedgerStoreTarget>,
  { numRuns = 40, kills = 6 }: SuiteOptions = {},
): void => {
  describe(`ledger store: ${name}`, () => {
    let folder: string
    let archive: FaultyArchive['archive']
    let setFault: FaultyArchive['setFault']
    let target: LedgerStoreTarget
    let connected: ConnectedStore
    let store: LedgerStore
    const reconnect = async () => {
      connected = await connectTo(target, archive)
      store = connected.store
    }
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'orrery-ledger-archive-'))
      ;({ archive, setFault } = faultyArchive(filesystemObjectStore(folder)))
      target = await open()
      await reconnect()
    }, 300_000)
    afterAll(async () => {
      await connected?.close()
      await target?.stop()
      rmSync(folder, { recursive: true, force: true })
    }, 60_000)

    it('gives back the commit that was persisted', async () => {
      const key = newKey()
      const commits = chainOf(key, shard, spansOf(3))
      await persistAll(store, commits)
      for (const commit of commits) expect(await store.queryCommit(key, commit.commitId)).toEqual(commit)
      expect(await store.queryCommit(key, randomUUID())).toBeUndefined()
    })

    it('takes a commit once', async () => {
      const key = newKey()
      const commits = chainOf(key, shard, spansOf(3))
      await persistAll(store, [...commits, ...commits, commits[1]!])
      expect(await everything(store, key)).toEqual(expected(commits))
    })

    it('refuses another commit of the same id, or of the same number', async () => {
      const key = newKey()
      const commits = chainOf(key, shard, spansOf(3))
      await persistAll(store, commits)
      const sameId = chainOf(key, shard, spansOf(2, -2))
      const shorter = spansOf(3, -3).map((span) => ({ ...span, epochEnd: span.epochEnd - 1 }))
      const sameNumber = chainOf(key, shard, shorter)
      for (const other of [sameId[1]!, sameNumber[2]!]) {
        const refused = store.persistCommit(other)
        await expect(refused).rejects.toThrow(CommitConflict)
        await expect(refused).rejects.toMatchObject({ commitId: other.commitId })
      }
      expect(await store.queryCommit(key, sameNumber[2]!.commitId)).toBeUndefined()
      expect(await everything(store, key)).toEqual(expected(commits))
    })

    it('answers ranges of commits in order, and tiles that equal those of all commits', async () => {
      await fc.assert(
        fc.asyncProperty(
          ledgerArbitrary,
          fc.nat(70),
          fc.nat(70),
          fc.integer({ min: 1, max: 5 }),
          checkLedger,
        ),
        { numRuns },
      )
    })
    const checkLedger = async (
      { layer, chains, regions }: Ledger,
      fromEpoch: number,
      toEpoch: number,
      limit: number,
    ): Promise<void> => {
      const key = { ...newKey(), layer }
      const commits = inOrder(chains.flatMap((chain) => chainOf(key, chain.shard, chain.spans)))
      await persistAll(store, commits)
      for (const region of regions) {
        const inside = commits.filter(({ entries }) =>
          entries.some((entry) => isInside(entry.region, region)),
        )
        expect(await store.queryCommitsByRegion({ ...key, region })).toEqual(inside)
        const range = inside.filter(({ epochEnd }) => epochEnd >= fromEpoch && epochEnd <= toEpoch)
        const asked = { ...key, region, fromEpoch, toEpoch }
        expect(await store.queryCommitsByRegion({ ...asked, limit })).toEqual(range.slice(0, limit))
        const after = range[limit - 1]
        if (after !== undefined)
          expect(await store.queryCommitsByRegion({ ...asked, after })).toEqual(range.slice(limit))

        const tile = referenceTile(commits, { region })
        expect(await store.readProjectionTile({ ...key, region })).toEqual(tile)
        const page = { region, limit, after: tile[0]?.region }
        expect(await store.readProjectionTile({ ...key, ...page })).toEqual(referenceTile(commits, page))
      }
    }

    it('adds up long chains', async () => {
      const key = newKey()
      const commits = chainOf(key, shard, spansOf(150))
      await persistAll(store, commits)
      expect(await everything(store, key)).toEqual(expected(commits))
    })

    it('keeps a layer of one cell', async () => {
      const key: LayerKey = { ...newKey(), layer: 'universal' }
      const commits = chainOf(
        key,
        '*',
        spansOf(3).map((span) => ({ ...span, entries: [entryOf('*', 5n)] })),
      )
      await persistAll(store, commits)
      expect(await everything(store, key)).toEqual(expected(commits))
      expect(await store.queryCommitsByRegion({ ...key, region: shard })).toEqual([])
      expect(await store.readProjectionTile({ ...key, region: shard })).toEqual([])
    })

    it('shows nothing to other tenants, of other worlds, of other layers', async () => {
      const key = newKey()
      const others: LayerKey[] = [
        { ...key, tenantId: 'zenith' },
        { ...key, worldId: randomUUID() },
        { ...key, layer: 'solar' },
      ]
      const commits = chainOf(key, shard, spansOf(3))
      await persistAll(store, commits)
      const mars = newKey('zenith')
      const theirs = chainOf(mars, shard, spansOf(2, -2))
      await persistAll(store, theirs)
      const range = { shard, fromNumber: 1, toNumber: 3 }
      const { pointer } = (await store.archiveCommits({ ...key, ...range }))!
      for (const other of others) {
        expect(await store.queryCommit(other, commits[0]!.commitId)).toBeUndefined()
        expect(await everything(store, other)).toEqual({ commits: [], cells: [] })
        expect(await store.archiveCommits({ ...other, ...range })).toBeUndefined()
        await expect(store.restoreCommits(other, pointer)).rejects.toThrow(ArchiveDamaged)
      }
      expect(await everything(store, key)).toEqual(expected(commits))
      expect(await everything(store, mars)).toEqual(expected(theirs))
    })

    it('reads on while commits are in the archive, and brings them back', async () => {
      const key = newKey()
      const commits = chainOf(key, shard, spansOf(9))
      await persistAll(store, commits)
      const range = { ...key, shard, fromNumber: 2, toNumber: 6 }
      const batch = (await store.archiveCommits(range))!
      expect(batch).toMatchObject({ commits: 5, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
      expect((await archive.get(batch.pointer))?.length).toBe(batch.bytes)
      expect(await store.archiveCommits(range)).toBeUndefined()
      await persistAll(store, commits)
      expect(await everything(store, key)).toEqual(expected(commits))
      expect(await store.queryCommit(key, commits[3]!.commitId)).toEqual(commits[3])

      // they are nowhere else
      setFault('missing')
      await expect(store.queryCommit(key, commits[3]!.commitId)).rejects.toThrow(ArchiveDamaged)
      expect(await store.queryCommit(key, commits[0]!.commitId)).toEqual(commits[0])
      setFault('none')

      expect(await store.restoreCommits(key, batch.pointer)).toBe(5)
      expect(await store.restoreCommits(key, batch.pointer)).toBe(0)
      await archive.delete(batch.pointer)
      expect(await everything(store, key)).toEqual(expected(commits))

      // again, and what is left of a wider range
      expect(await store.archiveCommits({ ...range, toNumber: 3 })).toMatchObject({ commits: 2 })
      const rest: number[] = []
      for (;;) {
        const next = await store.archiveCommits({ ...range, fromNumber: 1, toNumber: 1_000_000 })
        if (next === undefined) break
        rest.push(next.commits)
      }
      expect(rest.reduce((all, one) => all + one, 0)).toBe(7)
      expect(await everything(store, key)).toEqual(expected(commits))
    })

    it.each(['away', 'missing', 'flipped', 'cut'] as const)(
      'lets nothing go when the archive, read back, is %s',
      async (fault) => {
        const key = newKey()
        const commits = chainOf(key, shard, spansOf(3))
        await persistAll(store, commits)
        setFault(fault)
        try {
          const archived = store.archiveCommits({ ...key, shard, fromNumber: 1, toNumber: 3 })
          await expect(archived).rejects.toThrow()
          expect(await everything(store, key)).toEqual(expected(commits))
        } finally {
          setFault('none')
        }
        expect(await store.archiveCommits({ ...key, shard, fromNumber: 1, toNumber: 3 })).toMatchObject({
          commits: 3,
        })
      },
    )

    it.each(['missing', 'flipped', 'cut'] as const)('finds that archived bytes are %s', async (fault) => {
      const key = newKey()
      const commits = chainOf(key, shard, spansOf(3))
      await persistAll(store, commits)
      const { pointer } = (await store.archiveCommits({ ...key, shard, fromNumber: 1, toNumber: 3 }))!
      setFault(fault)
      try {
        for (const read of [
          () => store.restoreCommits(key, pointer),
          () => store.queryCommit(key, commits[1]!.commitId),
          () => store.queryCommitsByRegion({ ...key, region: '*' }),
        ]) {
          const failed = read()
          await expect(failed).rejects.toThrow(ArchiveDamaged)
          await expect(failed).rejects.toMatchObject({ code: 'archive-damaged', pointer })
        }
      } finally {
        setFault('none')
      }
      expect(await store.restoreCommits(key, pointer)).toBe(3)
      expect(await everything(store, key)).toEqual(expected(commits))
    })

    it('keeps commits of 5,000 entries, and of 1 MB', async () => {
      const key = newKey()
      const names = Array.from({ length: 5_000 }, (_, at) => `0:${-(at % 70) - 1}:${at}:0`)
      const entries = names.sort(compareRegions).map((region) => entryOf(region, 1n << 70n))
      const wide = { epochStart: 1, epochEnd: 10, windowEnd: 10, entries }
      const refs = Array.from({ length: 64 }, (_, at) => `${at} ${'ä'.repeat(120)}`)
      const long = names.slice(0, 70).map((region) => entryOf(region, 1n, { entityRefs: refs }))
      const heavy = { epochStart: 11, epochEnd: 20, windowEnd: 20, entries: long }
      const commits = chainOf(key, shard, [wide, heavy])
      expect(JSON.stringify(refs).length * 70).toBeGreaterThan(500_000)
      await persistAll(store, commits)
      await persistAll(store, commits)
      expect(await everything(store, key)).toEqual(expected(commits))
      const batch = await store.archiveCommits({ ...key, shard, fromNumber: 1, toNumber: 2 })
      expect(await everything(store, key)).toEqual(expected(commits))
      expect(await store.restoreCommits(key, batch!.pointer)).toBe(2)
      expect(await everything(store, key)).toEqual(expected(commits))
    })

    it('bears writers that persist the same commits, and neighbouring ones, at once', async () => {
      const key = newKey()
      const chains = ['12:-1:0:0', '12:0:0:0', '12:1:0:0'].map((name, at) =>
        chainOf(key, name, spansOf(8, at * 4_096 - 1)),
      )
      const writers = target.isExclusive
        ? [connected]
        : [connected, await connectTo(target, archive), await connectTo(target, archive)]
      try {
        // each in the order of the chain, twice each chain, all at once
        await Promise.all(
          [...chains, ...chains].map((commits, at) =>
            persistAll(writers[at % writers.length]!.store, commits),
          ),
        )
      } finally {
        for (const writer of writers.slice(1)) await writer.close()
      }
      expect(await everything(store, key)).toEqual(expected(chains.flat()))
    })

    it('keeps one history at most where two meet at once', async () => {
      for (let round = 0; round < 5; round++) {
        const key = newKey()
        const histories = [-1, -2, -3].map((x) => chainOf(key, shard, spansOf(1, x)))
        const kept = await Promise.allSettled(histories.map((commits) => persistAll(store, commits)))
        const good = histories.filter((_, at) => kept[at]!.status === 'fulfilled')
        for (const result of kept)
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(CommitConflict)
        expect(good.length).toBeLessThanOrEqual(1)
        expect(await everything(store, key)).toEqual(expected(good.flat()))
      }
    })

    it('has each commit whole or not at all after its process was killed', async () => {
      const key = newKey()
      const commits = crashCommits(key)
      for (let kill = 0; kill < kills; kill++) {
        await connected.close()
        await persistAndDie(target, folder, key, Math.floor(Math.random() * 20) + 3 + kill * 5)
        await reconnect()
        const present: Commit[] = []
        for (const commit of commits) {
          const found = await store.queryCommit(key, commit.commitId)
          if (found === undefined) continue
          expect(found).toEqual(commit)
          present.push(commit)
        }
        expect(present.length).toBeGreaterThan(0)
        expect(await everything(store, key)).toEqual(expected(present))
      }
      await persistAll(store, commits)
      expect(await everything(store, key)).toEqual(expected(commits))
    }, 300_000)
  })
}
