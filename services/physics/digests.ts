import { nameRegion, regionAt } from '#octree/region'
import { idLength, idStart } from '#platform/arrays/id-table'
import { entityHash, hashText } from '#sync/digest'
import type { Digest } from '#sync/live-ticks'
import type { Simulation } from './simulation.ts'

/** So many bodies are hashed at a tick, about 25 ms: of a larger world some regions each time, in turn. */
const bodiesAtOnce = 50_000
/** And so many regions told. */
const regionsAtOnce = 64

/** Of this tick, for clients to compare with: the whole of a small world, some regions of a larger one. */
export const digestsOf = ({ bodies, settings, tick }: Simulation): Digest[] => {
  const { digestTicks, cellExponent } = settings.sync
  if (digestTicks === 0 || tick % digestTicks !== 0 || bodies.count === 0) return []
  const { count, ids, x, y, z } = bodies
  const hashOf = (body: number): number =>
    entityHash(ids.arena, idStart(ids, body), idLength(ids, body), x[body], y[body], z[body])
  if (count <= bodiesAtOnce) {
    let sum = 0
    for (let body = 0; body < count; body++) sum = (sum + hashOf(body)) | 0
    return [{ region: '*', count, hash: hashText(sum) }]
  }
  const turns = Math.ceil(count / bodiesAtOnce)
  const turn = (tick / digestTicks) % turns
  const regions = new Map<string, { count: number; sum: number }>()
  for (let body = 0; body < count; body++) {
    const region = regionAt(x[body], y[body], z[body], cellExponent)
    if (Math.abs(region.x + 3 * region.y + 7 * region.z) % turns !== turn) continue
    const name = nameRegion(region)
    let held = regions.get(name)
    if (held === undefined) {
      if (regions.size === regionsAtOnce) continue
      regions.set(name, (held = { count: 0, sum: 0 }))
    }
    held.count++
    held.sum = (held.sum + hashOf(body)) | 0
  }
  return [...regions].map(([region, { count, sum }]) => ({ region, count, hash: hashText(sum) }))
}
