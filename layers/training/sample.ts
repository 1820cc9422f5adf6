import type { Json, JsonObject } from '#world/event'
import type { EntityRecord } from '#world/read/entities'
import type { Lineage } from '#world/read/lineages'
import type { PinnedSnapshot } from './epoch.ts'
import type { Connection, Connections } from './postgres/read-connections.ts'
import { isSacred, type Selection, type Split, splitOf, weightOf } from './selection.ts'

/** An entity as of a scene snapshot; a change of its fields is another version of the format. */
export interface Sample {
  /** Index among the snapshots: with the entity's id it is the cursor after this sample, `snapshot:entity_id`. */
  snapshot: number
  snapshot_id: string
  seq: number
  timestamp: string
  entity_id: string
  name: string
  class_type: string
  archetype: string
  tags: string[]
  flux_position: number
  sacred: boolean
  weight: number
  split: Split
  position: [number, number, number]
  rotation: [number, number, number, number]
  scale: [number, number, number]
  parent_id: string | null
  /** The highest one above it; itself for a root. */
  root_id: string
  depth: number
  parameters: JsonObject
  components: Record<string, JsonObject>
  extra: JsonObject
  /** Of all that lead out of it; `connections` has the first 1,000. */
  connection_count: number
  connections: Connection[]
  /** As written with the entity; null where it says nothing of the kind. */
  activity: number | null
  mass: number | null
  jitter: number | null
  anchored: boolean
}

export const formatVersion = 1

/** What was read of a sample. */
export interface ReadSample {
  entity: EntityRecord
  lineage: Lineage
  connections: Connections
}

export const sampleOf = (
  { entity, lineage, connections }: ReadSample,
  at: number,
  snapshot: PinnedSnapshot,
  selection: Selection,
): Sample => {
  const { parameters, components = {}, extra } = entity
  return {
    ...{ snapshot: at, snapshot_id: snapshot.snapshotId, seq: snapshot.seq },
    timestamp: snapshot.createdAt.toISOString(),
    ...{ entity_id: entity.id, name: entity.name, class_type: entity.classType, archetype: entity.archetype },
    ...{ tags: entity.tags, flux_position: entity.fluxPosition, sacred: isSacred(entity.fluxPosition) },
    ...{ weight: weightOf(entity.fluxPosition, selection), split: splitOf(entity.id, selection) },
    ...{ position: entity.position, rotation: entity.rotation, scale: entity.scale },
    ...{ parent_id: lineage.parentId, root_id: lineage.rootId, depth: lineage.depth },
    ...{ parameters, components, extra },
    ...{ connection_count: connections.count, connections: connections.first },
    ...{ activity: numberIn(parameters.activity), mass: numberIn(parameters.mass) },
    ...{ jitter: numberIn(parameters.jitter), anchored: parameters.anchored === true },
  }
}

const numberIn = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null)
