import type { JsonObject } from '../../event.ts'

/** A world as plain objects, as of one moment: what the evaluator works on. */
export interface WorldSnapshot {
  entities: SnapshotEntity[]
  relationships: SnapshotEdge[]
}

export interface SnapshotEntity {
  id: string
  name: string
  classType: string
  archetype: string
  flux: number
  activity: number
  tags: string[]
  position: [number, number, number]
  /** By type; those with nothing but defaults are not there. */
  components: Record<string, JsonObject>
}

export interface SnapshotEdge {
  sourceId: string
  targetId: string
  type: string
  strength: number
}
