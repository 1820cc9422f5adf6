/** What a scene holds, computed at the first read of its snapshot and kept. */
export interface SceneMetadata {
  entity_count: number
  /** Relationships of every type, dangling ones included. */
  connection_count: number
  /** Depth of the deepest entity; 0 where nothing has a parent. */
  hierarchy_depth: number
  /** Entities at flux position 3, 6 or 9. */
  sacred_entity_count: number
  /** 0 for an empty scene. */
  avg_flux_position: number
  /** [min], [max] of the positions; zeros for an empty scene. */
  spatial_bounds: [[number, number, number], [number, number, number]]
  /** 0.25 each for entities, connections, hierarchy and sacred entities. */
  quality_score: number
}

export const qualityScore = (
  scene: Pick<SceneMetadata, 'entity_count' | 'connection_count' | 'hierarchy_depth' | 'sacred_entity_count'>,
): number =>
  [scene.entity_count, scene.connection_count, scene.hierarchy_depth, scene.sacred_entity_count].filter(
    (part) => part > 0,
  ).length * 0.25
