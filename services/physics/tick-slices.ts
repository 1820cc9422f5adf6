import { nameRegion, regionAt } from '#octree/region'
import { idString } from '#platform/arrays/id-table'
import { type Fact, type Facts, type Position, writtenPosition } from '#sync/facts'
import { anywhere, encodeSlice, type SliceContent } from '#sync/slice-codec'
import type { TickSlice } from '#sync/tick-store'
import { findBody } from './bodies.ts'
import type { Simulation } from './simulation.ts'

/**
 * What is written of entities and which bodies have moved after a tick, by region of the world's interest size.
 *
 * @param told where each body was told of last; brought up to date here. What is not in it may have been anywhere.
 */
export const slicesOf = (
  simulation: Simulation,
  facts: Facts,
  told: Map<string, string>,
  afterTick: number,
): TickSlice[] => {
  const { bodies, settings } = simulation
  const regionOf = (body: number): string => {
    const [x, y, z] = [bodies.x[body], bodies.y[body], bodies.z[body]]
    return nameRegion(regionAt(x, y, z, settings.sync.cellExponent))
  }
  const slices = new Map<string, SliceContent>()
  const slice = (region: string): SliceContent => {
    let content = slices.get(region)
    if (content === undefined) slices.set(region, (content = { facts: [], moves: [] }))
    return content
  }
  for (const [id, fact] of facts) {
    const body = findBody(bodies, id)
    slice(body === -1 || isElsewhere(fact) ? anywhere : regionOf(body)).facts.push([id, fact])
    told.delete(id)
  }
  for (let body = 0; body < bodies.count; body++) {
    if (bodies.movedTick[body] <= afterTick) continue
    const position: Position = [bodies.x[body], bodies.y[body], bodies.z[body]]
    const move: [string, Position] = [idString(bodies.ids, body), position]
    const region = regionOf(body)
    const before = told.get(move[0])
    // who watches where it was is to know that it has gone
    slice(before === undefined ? anywhere : region).moves.push(move)
    if (before !== undefined && before !== region) slice(before).moves.push(move)
    told.set(move[0], region)
  }
  return [...slices].map(([region, content]) => ({ region, data: encodeSlice(content) }))
}

const isElsewhere = (fact: Fact): boolean =>
  fact.kind === 'deleted' || (fact.kind === 'updated' && writtenPosition(fact) !== undefined)
