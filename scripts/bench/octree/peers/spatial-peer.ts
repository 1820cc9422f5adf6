import type { BodyArrays } from '#octree/bodies'

/** What is asked of points in space, where the API of a peer has it. */
export interface SpatialQueries {
  /** How many points are at most `radius` units away. */
  sphere(x: number, y: number, z: number, radius: number): number
  /** Indices of the k nearest points. */
  nearest?(x: number, y: number, z: number, k: number): ArrayLike<number>
}

export interface SpatialIndex extends SpatialQueries {
  /** Puts point `index` there. */
  move?(index: number, x: number, y: number, z: number): void
}

/** A library that finds points in space. */
export interface SpatialPeer {
  name: string
  /** Brings the points into the library's own form, which is not measured; what it answers builds an index. */
  prepare(bodies: BodyArrays): () => SpatialIndex
}
