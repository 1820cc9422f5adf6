import * as z from 'zod'
import {
  type Dataset,
  type DatasetPart,
  datasetFormats,
  datasetStatuses,
  manifestKey,
  sumOfCounts,
} from '#training/dataset'
import { selectionJson } from './selection-fields.ts'

const listedFields = {
  id: z.uuid(),
  space_name: z.string(),
  epoch_id: z.uuid(),
  digest: z.string().meta({ description: 'sha256 of what decides its bytes' }),
  format: z.enum(datasetFormats),
  selection: z.looseObject({}),
  follow: z.boolean(),
  snapshot_count: z.int(),
  status: z.enum(datasetStatuses),
  problem: z
    .object({ code: z.string(), detail: z.string() })
    .nullable()
    .meta({ description: 'Why it failed, was interrupted, was erased, or follows no longer' }),
  manifest: z.string().meta({ description: 'Its key in the object store; the parts lie beside it' }),
  created_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable().meta({ description: 'When it was last complete' }),
}

export const listedDatasetSchema = z.object(listedFields).meta({ id: 'ListedDataset' })
export const datasetSchema = z
  .object({
    ...listedFields,
    counts: z.looseObject({}).meta({ description: 'Samples so far, by split, and snapshots done' }),
    parts: z.array(
      z.object({ file: z.string(), key: z.string(), rows: z.int(), bytes: z.int(), sha256: z.string() }),
    ),
  })
  .meta({ id: 'Dataset' })

/** With its files and how far it is where `parts` are given. */
export const datasetJson = (dataset: Dataset, spaceName: string, parts?: readonly DatasetPart[]) => ({
  ...{ id: dataset.datasetId, space_name: spaceName, epoch_id: dataset.epochId, digest: dataset.digest },
  ...{ format: dataset.format, selection: selectionJson(dataset.selection), follow: dataset.follows },
  ...{ snapshot_count: dataset.snapshots.length, status: dataset.status, problem: dataset.problem },
  manifest: manifestKey(dataset),
  created_at: dataset.createdAt.toISOString(),
  finished_at: dataset.finishedAt?.toISOString() ?? null,
  ...(parts && {
    counts: {
      ...sumOfCounts(parts),
      snapshots_done: parts.filter(({ lastEntity }) => lastEntity === null).length,
    },
    parts: parts.map(({ key, rows, bytes, sha256 }) => ({
      ...{ file: key.slice(key.lastIndexOf('/') + 1), key, rows, bytes, sha256 },
    })),
  }),
})
