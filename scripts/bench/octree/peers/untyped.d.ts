/** As much of the peers without types as the benches call. */

declare module 'd3-force-3d' {
  interface ManyBodyForce {
    (alpha: number): void
    strength(value: number): ManyBodyForce
    theta(value: number): ManyBodyForce
    initialize(nodes: object[], random: () => number, dimensions: number): void
  }
  export const forceManyBody: () => ManyBodyForce
}

declare module 'd3-octree' {
  /** A leaf; points that coincide are a list. */
  export interface OctreeNode<Point> {
    data: Point
    next?: OctreeNode<Point>
  }
  type Visit<Point> = (
    node: OctreeNode<Point> | unknown[],
    x0: number,
    y0: number,
    z0: number,
    x1: number,
    y1: number,
    z1: number,
  ) => boolean
  export interface Octree<Point> {
    /** Does not go below a node for which the callback answers true. */
    visit(callback: Visit<Point>): this
    add(point: Point): this
    remove(point: Point): this
  }
  type Axis<Point> = (point: Point) => number
  export const octree: <Point>(
    points: Point[],
    x: Axis<Point>,
    y: Axis<Point>,
    z: Axis<Point>,
  ) => Octree<Point>
}

declare module 'ndarray' {
  /** A view of the data by its shape, rows first. */
  const ndarray: (data: Float64Array, shape: number[]) => object
  export default ndarray
}

declare module 'static-kdtree' {
  interface Tree {
    rnn(point: number[], radius: number, visit: (index: number) => void): void
    knn(point: number[], k: number): number[]
  }
  const createTree: (points: object) => Tree
  export default createTree
}
