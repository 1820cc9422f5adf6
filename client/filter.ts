import { regionBox } from './digest.ts'
import type { Box, Position } from './entity.ts'

/** What of the world is wanted; all narrow. */
export interface WorldFilter {
  /** World units; borders are inside. */
  box?: Box
  sphere?: { center: Position; radius: number }
  /** A sphere about an entity, wherever it goes. */
  follow?: { id: string; radius: number }
  classes?: readonly string[]
  /** Of `components`, only these types. */
  components?: readonly string[]
}

/** Whether anything of the world is left out. */
export const isNarrow = ({ box, sphere, follow, classes, components }: WorldFilter): boolean =>
  [box, sphere, follow, classes, components].some((part) => part !== undefined)

export interface StreamWishes {
  /** At most so many frames a second: ticks between them are put together. */
  rate?: number
  /** Also aggregates of what lies outside of the filter, as octree cells of side 2^far. */
  far?: number
}

/** Parameters of a query. */
export const filterQuery = ({ box, sphere, follow, classes, components }: WorldFilter) => ({
  ...(box && { box: box.join(',') }),
  ...(sphere && { sphere: [...sphere.center, sphere.radius].join(',') }),
  ...(follow && { follow: follow.id, radius: String(follow.radius) }),
  ...(classes && { class: classes.join(',') }),
  ...(components && { components: components.join(',') }),
})

/** Whether all entities of a region pass, so that its digest can be compared. */
export const holdsRegion = ({ box, sphere, follow, classes }: WorldFilter, region: string): boolean => {
  if (follow || classes) return false
  const [x0, y0, z0, x1, y1, z1] = regionBox(region)
  if (box && !(x0 >= box[0] && y0 >= box[1] && z0 >= box[2] && x1 <= box[3] && y1 <= box[4] && z1 <= box[5]))
    return false
  if (!sphere) return true
  const [x, y, z] = sphere.center
  const farthest = (low: number, high: number, at: number) =>
    Math.max(Math.abs(low - at), Math.abs(high - at))
  const distance = Math.hypot(farthest(x0, x1, x), farthest(y0, y1, y), farthest(z0, z1, z))
  return distance <= sphere.radius
}
