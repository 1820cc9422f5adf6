import { type BBox, RBush3D } from 'rbush-3d'
import type { SpatialPeer } from './spatial-peer.ts'

/** rbush-3d 0.1: an R*-tree of boxes, bulk loaded with its default of 16 entries a node. No nearest points. */
export const rbush3d: SpatialPeer = {
  name: 'rbush-3d',
  prepare: ({ count, x, y, z }) => {
    const make = (_: unknown, body: number): BBox => ({
      ...{ minX: x[body], minY: y[body], minZ: z[body] },
      ...{ maxX: x[body], maxY: y[body], maxZ: z[body] },
    })
    const boxes = Array.from({ length: count }, make)
    return () => {
      const tree = new RBush3D().load(boxes)
      return {
        sphere: (cx, cy, cz, radius) => {
          const found = tree.search({
            ...{ minX: cx - radius, minY: cy - radius, minZ: cz - radius },
            ...{ maxX: cx + radius, maxY: cy + radius, maxZ: cz + radius },
          })
          let hits = 0
          for (const { minX, minY, minZ } of found)
            if ((minX - cx) ** 2 + (minY - cy) ** 2 + (minZ - cz) ** 2 <= radius * radius) hits++
          return hits
        },
      }
    }
  },
}
