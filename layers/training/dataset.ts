import { createHash } from 'node:crypto'
import type { EpochFilters, PinnedSnapshot } from './epoch.ts'
import { formatVersion, type Sample } from './sample.ts'
import { type Selection, splits } from './selection.ts'

export const datasetFormats = ['ndjson', 'parquet'] as const
export type DatasetFormat = (typeof datasetFormats)[number]

export const datasetStatuses = ['waiting', 'running', 'done', 'failed', 'erased'] as const

/** What decides the bytes of a dataset. */
export interface DatasetContent {
  worldId: string
  format: DatasetFormat
  selection: Selection
  filters: EpochFilters
  /** Oldest first. */
  snapshots: PinnedSnapshot[]
  /** Gets the snapshots of its world that are cut later, too. */
  follows: boolean
}

/** Samples of an epoch as files in the object store. */
export interface Dataset extends DatasetContent {
  datasetId: string
  epochId: string
  digest: string
  status: (typeof datasetStatuses)[number]
  problem: { code: string; detail: string } | null
  createdAt: Date
  /** When it was last complete. */
  finishedAt: Date | null
}

export interface PartCounts {
  samples: number
  sacred: number
  train: number
  validation: number
  test: number
}

/** A file of a dataset: up to 10,000 samples of one snapshot. */
export interface DatasetPart {
  part: number
  /** Index of the snapshot. */
  snapshot: number
  /** Where the next part goes on; null: with the next snapshot. */
  lastEntity: string | null
  key: string
  rows: number
  bytes: number
  sha256: string
  counts: PartCounts
}

export const partRows = 10_000

export const sha256Of = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex')

/** The same content, the same digest: of all that decides the bytes. */
export const digestOf = ({
  worldId,
  format,
  selection,
  filters,
  snapshots,
  follows,
}: DatasetContent): string =>
  sha256Of(
    JSON.stringify([
      ...[formatVersion, worldId, format, follows],
      ...[sortedEntries(selection), sortedEntries(filters)],
      snapshots.map(({ snapshotId, worldId, seq }) => [snapshotId, worldId, seq]),
    ]),
  )

const sortedEntries = (object: object): [string, unknown][] =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))

const folderOf = ({ worldId, digest }: Pick<Dataset, 'worldId' | 'digest'>): string =>
  `datasets/${worldId}/${digest}`

export const partKey = (dataset: Pick<Dataset, 'worldId' | 'digest' | 'format'>, part: number): string =>
  `${folderOf(dataset)}/part-${String(part).padStart(6, '0')}.${dataset.format}`

export const manifestKey = (dataset: Pick<Dataset, 'worldId' | 'digest'>): string =>
  `${folderOf(dataset)}/manifest.json`

export const countsOf = (samples: readonly Sample[]): PartCounts => {
  const inSplit = (wanted: string) => samples.filter(({ split }) => split === wanted).length
  const [train, validation, test] = splits.map(inSplit) as [number, number, number]
  return {
    samples: samples.length,
    sacred: samples.filter(({ sacred }) => sacred).length,
    train,
    validation,
    test,
  }
}

export const sumOfCounts = (parts: readonly Pick<DatasetPart, 'counts'>[]): PartCounts =>
  parts.reduce(
    (sum, { counts }) => ({
      samples: sum.samples + counts.samples,
      sacred: sum.sacred + counts.sacred,
      train: sum.train + counts.train,
      validation: sum.validation + counts.validation,
      test: sum.test + counts.test,
    }),
    { samples: 0, sacred: 0, train: 0, validation: 0, test: 0 },
  )
