import type { Position } from './facts.ts'
import { boundsOf, type Shape } from './filter.ts'
import type { HolderAddress } from './holder-ticks.ts'
import type { FollowedWorld } from './live-ticks.ts'

/** Bodies in the box about a shape, as whoever holds the world has them. */
export interface HeldBodies {
  /** The last event that their places know of. */
  seq: number
  bodies: Map<string, Position>
}

/** Its octree may have to be built. */
const patienceMs = 10_000

/** undefined: nobody holds the world, or its holder does not answer now; `more`: there are more than `limit`. */
export const insideOfHolder = async (
  addressOf: HolderAddress,
  world: FollowedWorld,
  shape: Shape,
  limit: number,
): Promise<HeldBodies | 'more' | undefined> => {
  const address = await addressOf(world)
  if (address === undefined) return undefined
  const { min, max } = boundsOf(shape)
  const query = new URLSearchParams({ min: min.join(), max: max.join(), limit: `${limit}` })
  const response = await fetch(`${address}/worlds/${world.worldId}/inside?${query}`, {
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => undefined)
  if (response === undefined || !response.ok) return void (await response?.body?.cancel())
  const { seq, more, bodies } = (await response.json()) as {
    seq: number
    more: boolean
    bodies: [string, number, number, number][]
  }
  if (more) return 'more'
  return { seq, bodies: new Map(bodies.map(([id, ...position]) => [id, position])) }
}
