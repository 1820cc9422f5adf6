import ndarray from 'ndarray'
import createTree from 'static-kdtree'
import type { SpatialPeer } from './spatial-peer.ts'

/** static-kdtree 1.0: an implicit k-d tree in typed arrays; given the points as an ndarray, which it copies. */
export const staticKdtree: SpatialPeer = {
  name: 'static-kdtree',
  prepare: ({ count, x, y, z }) => {
    const rows = new Float64Array(3 * count)
    for (let body = 0; body < count; body++) rows.set([x[body], y[body], z[body]], 3 * body)
    const points = ndarray(rows, [count, 3])
    return () => {
      const tree = createTree(points)
      return {
        sphere: (cx, cy, cz, radius) => {
          let hits = 0
          tree.rnn([cx, cy, cz], radius, () => {
            hits++
          })
          return hits
        },
        nearest: (cx, cy, cz, k) => tree.knn([cx, cy, cz], k),
      }
    }
  },
}
