import { qualityScore } from '#world/scene-metadata'
import type { Epoch } from './epoch.ts'
import type { SampleCounts } from './postgres/count-samples.ts'

/** What an epoch says of its samples. */
export const statisticsOf = (
  counts: SampleCounts,
): Pick<Epoch, 'sampleCount' | 'qualityScore' | 'statistics'> => ({
  sampleCount: counts.samples,
  qualityScore: qualityScore({
    entity_count: counts.samples,
    connection_count: counts.connections,
    hierarchy_depth: counts.depths,
    sacred_entity_count: counts.sacred,
  }),
  statistics: {
    total_entities: counts.entities,
    total_connections: counts.connections,
    unique_types: counts.types,
    avg_hierarchy_depth: share(counts.depths, counts.samples),
    sacred_frequency: share(counts.sacred, counts.samples),
    spatial_coverage: share(counts.cells, counts.boundingCells),
  },
})

const share = (part: number, all: number): number => (all === 0 ? 0 : part / all)
