import { nameRegion, regionAt } from '#octree/region'
import { type FullCast, fullCast, type GroupOf, type LimitedCast, limitedCast } from './casts.ts'
import { addFact, type Fact, type Facts } from './facts.ts'
import { boundsOf, type Filter, isWhole, type Shape } from './filter.ts'
import type { Moves } from './frame.ts'
import type { WorldReads } from './hub.ts'
import type { FollowedWorld } from './live-ticks.ts'
import { anywhere, decodeSlice } from './slice-codec.ts'
import type { LatestTick, StoredTick, WantedRegions } from './tick-store.ts'

/** What happened in a tick, or in several that were put together. */
export interface TickSnapshot {
  worldId: string
  tick: number
  /** The first tick in it. */
  firstTick: number
  /** All written changes after this seq, up to `seq`, are in it. */
  afterSeq: number
  seq: number
  timestamp: string
  fullCast: FullCast
  limitedCast: LimitedCast
}

/** Ticks that have no snapshot of their own. */
export interface Gap {
  from: number
  to: number
  /** They are in the snapshot that follows, as far as anything happened in them; or nobody knows. */
  reason: 'coalesced' | 'missing'
}

export interface HeldTicks {
  latest: LatestTick | undefined
  ticks: StoredTick[]
}

/** A shape that is larger than so many regions is read whole. */
const mostRegions = 64

/** Whose slices hold what may have happened in the filter. */
export const regionsOf = (filter: Filter, exponent: number): WantedRegions => {
  if (isWhole(filter) || filter.shape === undefined) return '*'
  return regionsAbout(filter.shape, exponent) ?? '*'
}

const regionsAbout = (shape: Shape, exponent: number): string[] | undefined => {
  const { min, max } = boundsOf(shape)
  const [low, high] = [regionAt(...min, exponent), regionAt(...max, exponent)]
  const count = (high.x - low.x + 1) * (high.y - low.y + 1) * (high.z - low.z + 1)
  if (count > mostRegions) return undefined
  const names = [anywhere]
  for (let x = low.x; x <= high.x; x++)
    for (let y = low.y; y <= high.y; y++)
      for (let z = low.z; z <= high.z; z++) names.push(nameRegion({ exponent, x, y, z }))
  return names
}

/**
 * Stored ticks as clients are told them. They are of the regions about the filter, so some of it may lie outside: who applies
 * them looks where entities are.
 */
export const tickSnapshots = (
  worldId: string,
  stored: readonly StoredTick[],
  groupOf: GroupOf,
  classOf: (id: string) => string | undefined,
  hide: (fact: Fact) => Fact,
): TickSnapshot[] =>
  stored.map(({ tick, firstTick, afterSeq, seq, timestamp, slices }) => {
    const facts: Facts = new Map()
    const moves: Moves = new Map()
    for (const { data } of slices) {
      const content = decodeSlice(data)
      for (const [id, fact] of content.facts) addFact(facts, id, hide(fact))
      for (const [id, position] of content.moves) moves.set(id, position)
    }
    const told = { facts, moves }
    return {
      ...{ worldId, tick, firstTick, afterSeq, seq, timestamp },
      fullCast: fullCast(told, groupOf, classOf),
      limitedCast: limitedCast(told),
    }
  })

/** Classes of what stored ticks tell of without saying them. */
export const classesOf = (
  reads: Pick<WorldReads, 'classes'>,
  world: FollowedWorld,
  stored: readonly StoredTick[],
): Promise<ReadonlyMap<string, string>> => {
  const ids = new Set<string>()
  for (const { slices } of stored)
    for (const { data } of slices) for (const [id] of decodeSlice(data).facts) ids.add(id)
  return ids.size === 0 ? Promise.resolve(new Map()) : reads.classes(world, [...ids])
}

/** Which of the ticks from `from` to `to` have no snapshot of their own. */
export const gapsOf = (
  stored: readonly StoredTick[],
  from: number,
  to: number,
  latestTick: number,
): Gap[] => {
  const gaps: Gap[] = []
  const add = (first: number, last: number, reason: Gap['reason']) => {
    if (first <= last) gaps.push({ from: first, to: last, reason })
  }
  let next = from
  for (const { tick, firstTick } of stored) {
    add(next, firstTick - 1, 'missing')
    add(Math.max(next, firstTick), tick - 1, 'coalesced')
    next = tick + 1
  }
  // nothing has happened since, or what has is yet to be put together
  add(next, Math.min(to, latestTick), 'coalesced')
  return gaps
}
