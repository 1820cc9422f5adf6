import type { TrainingSettings } from './settings.ts'

/** A scene snapshot as it is pinned: what its world's log was at that seq never changes. */
export interface PinnedSnapshot {
  snapshotId: string
  /** In whose log the seq lies: of a fork's inherited snapshot the ancestor. */
  worldId: string
  seq: number
  createdAt: Date
}

/** Which of the scene snapshots of the range belong to an epoch; each is a lower bound, and all must hold. */
export interface EpochFilters {
  /** Of the snapshot's quality score, 0 to 1. */
  min_quality?: number | undefined
  min_entities?: number | undefined
  min_connections?: number | undefined
}

/** Over all samples: an entity as of a snapshot is one. */
export interface EpochStatistics {
  /** Different entities. */
  total_entities: number
  /** Different connections of every type, dangling ones included. */
  total_connections: number
  /** Different class types. */
  unique_types: number
  /** Mean depth of the samples in the hierarchy; 0 where there are none. */
  avg_hierarchy_depth: number
  /** Share of the samples at flux position 3, 6 or 9; 0 where there are none. */
  sacred_frequency: number
  /** Cells that hold a sample, of the cells that the bounding box of all samples touches; 0 where there are none. */
  spatial_coverage: number
}

export interface Epoch {
  epochId: string
  worldId: string
  startTime: Date
  endTime: Date
  createdAt: Date
  filters: EpochFilters
  /** The settings that it was made with. */
  training: TrainingSettings
  /** Oldest first. */
  snapshots: PinnedSnapshot[]
  sampleCount: number
  /** As of a scene: 0.25 each for samples, connections, a hierarchy and sacred entities. */
  qualityScore: number
  statistics: EpochStatistics
  /** The epoch that it was merged into. */
  consolidatedInto: string | null
}

/** Of one epoch. */
export const snapshotLimit = 10_000
