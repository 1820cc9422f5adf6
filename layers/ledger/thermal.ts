import { powerOfTwo } from '#octree/binary64'
import { regionAt } from '#octree/region'
import { toQuanta } from './quanta.ts'

/** Bodies and their activity, in whole quanta (quanta.ts); one beside the other. */
export interface WarmBodies {
  ids: readonly string[]
  /** Positions, in units. */
  x: ArrayLike<number>
  y: ArrayLike<number>
  z: ArrayLike<number>
  /** At least 1, at most `maxActivityQuanta`. */
  quanta: ArrayLike<number>
}

export interface ExchangeRule {
  /** A region's side is 2^cell units. */
  cell: number
  /** D: share of the difference that goes over one face, 0 to 1/6. */
  diffusion: number
  /** Regions without a body take nothing; else they swallow what flows into them. */
  conserves: boolean
}

/** No body has more. */
export const maxActivityQuanta = toQuanta(1e9)

interface Region {
  x: number
  y: number
  z: number
  /** Indices of its bodies. */
  bodies: number[]
  activity: bigint
  /** Of its most active body. */
  most: bigint
  change: bigint
  /** Takes nothing in: a body of it would have more than the most there is. */
  isFull: boolean
}

/**
 * What one exchange between regions that share a face does to each body, in quanta. The activity of a region is the sum
 * over its bodies; D times the difference flows from the larger to the smaller, in whole quanta, so that one gains exactly what
 * the other loses. A region's change is dealt to its bodies in proportion to their activity, rounded along the order of
 * their ids. Nothing depends on the order of the bodies. No activity falls below 0; no region gets more than the largest
 * one had, as long as D ≤ 1/6.
 */
export const exchangeHeat = (bodies: WarmBodies, rule: ExchangeRule): Float64Array => {
  const regions = gatherRegions(bodies, rule.cell)
  do flow(regions, rule)
  while (closeFull(regions))
  const changes = new Float64Array(bodies.ids.length)
  for (const region of regions.values()) deal(bodies, region, changes)
  return changes
}

const keyOf = (x: number, y: number, z: number): string => `${x}:${y}:${z}`

const gatherRegions = ({ ids, x, y, z, quanta }: WarmBodies, cell: number): Map<string, Region> => {
  const regions = new Map<string, Region>()
  for (let body = 0; body < ids.length; body++) {
    const at = regionAt(x[body]!, y[body]!, z[body]!, cell)
    const key = keyOf(at.x, at.y, at.z)
    let region = regions.get(key)
    if (region === undefined) {
      region = { x: at.x, y: at.y, z: at.z, bodies: [], activity: 0n, most: 0n, change: 0n, isFull: false }
      regions.set(key, region)
    }
    const own = BigInt(quanta[body]!)
    region.bodies.push(body)
    region.activity += own
    if (own > region.most) region.most = own
  }
  return regions
}

/** D in steps of 2^-56, rounded down: exactly, but where it is very small. */
const diffusionBits = 56n

const forward = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const
const backward = forward.map(([x, y, z]) => [-x, -y, -z] as const)

/** Sets the change of each region. */
const flow = (regions: Map<string, Region>, { diffusion, conserves }: ExchangeRule): void => {
  const share = BigInt(Math.floor(diffusion * powerOfTwo(Number(diffusionBits))))
  for (const region of regions.values()) region.change = 0n
  const neighbour = ({ x, y, z }: Region, [dx, dy, dz]: readonly [number, number, number]) =>
    regions.get(keyOf(x + dx, y + dy, z + dz))
  for (const region of regions.values()) {
    for (const step of forward) {
      const other = neighbour(region, step)
      if (other !== undefined) flowBetween(region, other, share)
    }
    if (conserves) continue
    for (const step of [...forward, ...backward])
      if (neighbour(region, step) === undefined) region.change -= (share * region.activity) >> diffusionBits
  }
}

const flowBetween = (a: Region, b: Region, share: bigint): void => {
  const [from, to] = a.activity > b.activity ? [a, b] : [b, a]
  if (to.isFull) return
  const flux = (share * (from.activity - to.activity)) >> diffusionBits
  from.change -= flux
  to.change += flux
}

/** Whether a region had to be closed, which changes what flows. */
const closeFull = (regions: Map<string, Region>): boolean => {
  let closed = false
  for (const region of regions.values()) {
    const { change, most, activity, isFull } = region
    if (isFull || change <= 0n || most + (change * most) / activity < BigInt(maxActivityQuanta)) continue
    region.isFull = closed = true
  }
  return closed
}

/** Each body gets what the sum up to it has more than the sum before it, both rounded towards 0. */
const deal = (
  { ids, quanta }: WarmBodies,
  { bodies, activity, change }: Region,
  changes: Float64Array,
): void => {
  if (change === 0n) return
  const ordered = bodies.toSorted((a, b) => (ids[a]! < ids[b]! ? -1 : 1))
  let upTo = 0n
  let dealt = 0n
  for (const body of ordered) {
    upTo += BigInt(quanta[body]!)
    const due = (change * upTo) / activity
    changes[body] = Number(due - dealt)
    dealt = due
  }
}
