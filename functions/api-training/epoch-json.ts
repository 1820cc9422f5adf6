import * as z from 'zod'
import type { Epoch } from '#training/epoch'
import type { ListedEpoch } from '#training/postgres/read-epochs'

const share = z.number().min(0).max(1)

export const filtersSchema = z
  .strictObject({
    min_quality: z
      .number('must be a number of 0 to 1')
      .min(0, 'must be a number of 0 to 1')
      .max(1, 'must be a number of 0 to 1')
      .optional()
      .meta({ description: 'Only scene snapshots whose quality score is at least this' }),
    min_entities: z.int('must be a whole number').min(0, 'must be at least 0').optional(),
    min_connections: z.int('must be a whole number').min(0, 'must be at least 0').optional(),
  })
  .meta({ id: 'EpochFilters', description: 'Which scene snapshots of the range belong to the epoch' })

const listedFields = {
  id: z.uuid(),
  space_name: z.string(),
  start_time: z.iso.datetime(),
  end_time: z.iso.datetime(),
  created_at: z.iso.datetime(),
  snapshot_count: z.int(),
  sample_count: z.int().meta({ description: 'Entities as of each of its snapshots, summed up' }),
  filters: filtersSchema,
  cell_size: z.number().meta({ description: 'Side of the cells of spatial_coverage, in units' }),
  sacred_weight: z.number().meta({ description: 'Of samples at flux position 3, 6 or 9; others weigh 1' }),
  splits: z.object({ train: share, validation: share, test: share }),
  quality_score: share.meta({
    description: '0.25 each for samples, connections, a hierarchy and sacred entities',
  }),
  stats: z.object({
    total_entities: z.int().meta({ description: 'Different entities' }),
    total_connections: z.int().meta({ description: 'Different connections, dangling ones included' }),
    unique_types: z.int().meta({ description: 'Different class types' }),
    avg_hierarchy_depth: z.number().meta({ description: 'Mean depth of the samples' }),
    sacred_frequency: share.meta({ description: 'Share of the samples at flux position 3, 6 or 9' }),
    spatial_coverage: share.meta({
      description: 'Cells that hold a sample, of those that the bounding box of all samples touches',
    }),
  }),
  consolidated_into: z.uuid().nullable().meta({ description: 'The epoch that it was merged into' }),
}

export const listedEpochSchema = z.object(listedFields).meta({ id: 'ListedEpoch' })
export const epochSchema = z
  .object({ ...listedFields, snapshot_ids: z.array(z.uuid()).meta({ description: 'Oldest first' }) })
  .meta({ id: 'Epoch' })

export const listedEpochJson = (
  epoch: ListedEpoch,
  spaceName: string,
): z.output<typeof listedEpochSchema> => {
  const { cellSizeUnits, sacredWeight, trainShare, validationShare } = epoch.training
  return {
    id: epoch.epochId,
    space_name: spaceName,
    start_time: epoch.startTime.toISOString(),
    end_time: epoch.endTime.toISOString(),
    created_at: epoch.createdAt.toISOString(),
    snapshot_count: epoch.snapshotCount,
    sample_count: epoch.sampleCount,
    filters: epoch.filters,
    cell_size: cellSizeUnits,
    sacred_weight: sacredWeight,
    splits: {
      ...{ train: trainShare, validation: validationShare },
      test: Math.max(0, (1e9 - Math.round(trainShare * 1e9) - Math.round(validationShare * 1e9)) / 1e9),
    },
    quality_score: epoch.qualityScore,
    stats: epoch.statistics,
    consolidated_into: epoch.consolidatedInto,
  }
}

export const epochJson = (epoch: Epoch, spaceName: string): z.output<typeof epochSchema> => ({
  ...listedEpochJson({ ...epoch, snapshotCount: epoch.snapshots.length }, spaceName),
  snapshot_ids: epoch.snapshots.map(({ snapshotId }) => snapshotId),
})
