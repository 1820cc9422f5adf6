import { type Octree, type OctreeNode, octree } from 'd3-octree'
import type { SpatialPeer } from './spatial-peer.ts'

interface Point {
  x: number
  y: number
  z: number
}

const x = (point: Point) => point.x
const y = (point: Point) => point.y
const z = (point: Point) => point.z

/** By its `visit`, past the nodes that are outside the sphere's box; its own findAllWithinRadius takes roots. */
const countWithin = (tree: Octree<Point>, cx: number, cy: number, cz: number, radius: number): number => {
  const square = radius * radius
  let hits = 0
  tree.visit((node, x0, y0, z0, x1, y1, z1) => {
    if (!Array.isArray(node)) {
      for (let leaf: OctreeNode<Point> | undefined = node; leaf !== undefined; leaf = leaf.next) {
        const dx = leaf.data.x - cx
        const dy = leaf.data.y - cy
        const dz = leaf.data.z - cz
        if (dx * dx + dy * dy + dz * dz <= square) hits++
      }
      return true
    }
    const apartX = x0 > cx + radius || x1 < cx - radius
    const apartY = y0 > cy + radius || y1 < cy - radius
    return apartX || apartY || z0 > cz + radius || z1 < cz - radius
  })
  return hits
}

/** d3-octree 1.1: a pointer octree of objects. It finds one nearest point, not k. */
export const d3Octree: SpatialPeer = {
  name: 'd3-octree',
  prepare: (bodies) => {
    const make = (_: unknown, body: number): Point => ({
      ...{ x: bodies.x[body], y: bodies.y[body], z: bodies.z[body] },
    })
    const points = Array.from({ length: bodies.count }, make)
    return () => {
      const tree = octree(points, x, y, z)
      return {
        sphere: (cx, cy, cz, radius) => countWithin(tree, cx, cy, cz, radius),
        move: (index, toX, toY, toZ) => {
          const point = points[index]
          tree.remove(point)
          point.x = toX
          point.y = toY
          point.z = toZ
          tree.add(point)
        },
      }
    }
  },
}
