import { type Dataset, type DatasetPart, sumOfCounts } from './dataset.ts'
import { formatVersion } from './sample.ts'
import { schemaOf } from './schema.ts'

/**
 * What a dataset is, and what its files are, as JSON: the same for the same content, so it says nothing of when it was made.
 */
export const manifestOf = (dataset: Dataset, spaceName: string, parts: readonly DatasetPart[]): string =>
  `${JSON.stringify(
    {
      format: dataset.format,
      format_version: formatVersion,
      digest: dataset.digest,
      schema: schemaOf(dataset.format),
      counts: { ...sumOfCounts(parts), parts: parts.length, snapshots: dataset.snapshots.length },
      parts: parts.map(({ part, snapshot, key, rows, bytes, sha256 }) => ({
        ...{ part, snapshot_id: dataset.snapshots[snapshot]!.snapshotId, key, rows, bytes, sha256 },
      })),
      provenance: {
        ...{ space_name: spaceName, world_id: dataset.worldId },
        snapshots: dataset.snapshots.map(({ snapshotId, worldId, seq, createdAt }) => ({
          ...{ snapshot_id: snapshotId, world_id: worldId, seq, timestamp: createdAt.toISOString() },
        })),
        filters: dataset.filters,
        selection: selectionEntries(dataset),
        follows: dataset.follows,
        sensitive_components: 'sealed',
      },
    },
    null,
    2,
  )}\n`

const selectionEntries = ({ selection }: Dataset) => ({
  ...{ split: selection.split, subtree: selection.subtree, depth: selection.depth },
  ...{ sampling: selection.sampling, size: selection.size, seed: selection.seed },
  sacred_weight: selection.sacredWeight,
  splits: { train: selection.trainShare, validation: selection.validationShare },
})
