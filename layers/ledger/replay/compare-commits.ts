import { type Commit, type CommitEntry, hashCommit } from '../commit.ts'
import { compareRegions } from '../place.ts'
import type { MadeCommit } from '../spans.ts'

/** A value as it is kept and as it came out again; null: there is none. */
export type Difference = {
  /** Of an entry; null: of the commit itself. */
  region: string | null
  correction: boolean
  field: string
  kept: string | null
  replayed: string | null
}

const headFields = ['number', 'commitId', 'epochStart', 'epochEnd', 'windowEnd', 'previousHash'] as const

/** How a commit differs from what its inputs make, by its contents; none: it is the same. */
export const differencesOf = (kept: Commit, replayed: MadeCommit): Difference[] => {
  const heads = headFields
    .filter((field) => kept[field] !== replayed[field])
    .map((field) => ofHead(field, kept[field], replayed[field]))
  const entries = entryDifferences(kept.entries, replayed.entries)
  if (kept.hash !== replayed.hash) return [...heads, ...entries, ofHead('hash', kept.hash, replayed.hash)]
  // the recorded hash is right; that of what is kept beside it may not be
  const contents = hashCommit(kept)
  return contents === kept.hash
    ? []
    : [...heads, ...entries, ofHead('hash of its contents', contents, replayed.hash)]
}

const ofHead = (field: string, kept: string | number, replayed: string | number): Difference => ({
  ...{ region: null, correction: false, field, kept: String(kept), replayed: String(replayed) },
})

const entryFields = [
  ...(['count', 'weightSum', 'activitySum', 'activitySquares', 'lateFrom', 'lateTo'] as const),
  'entityRefs',
] as const

const nameOf = ({ region, correction }: CommitEntry): string => `${region} ${correction}`

const entryDifferences = (kept: readonly CommitEntry[], replayed: readonly CommitEntry[]): Difference[] => {
  const [before, after] = [kept, replayed].map((some) => new Map(some.map((one) => [nameOf(one), one])))
  const all = new Map([...before!, ...after!])
  return [...all]
    .sort(([, a], [, b]) => compareRegions(a.region, b.region))
    .flatMap(([name, { region, correction }]) => {
      const [one, other] = [before!.get(name), after!.get(name)]
      const text = (entry: CommitEntry | undefined, field: (typeof entryFields)[number]) =>
        entry === undefined ? null : String(entry[field])
      return entryFields
        .filter((field) => text(one, field) !== text(other, field))
        .map((field) => ({ region, correction, field, kept: text(one, field), replayed: text(other, field) }))
    })
}
