import type { Point } from '#octree/queries'
import { firstAlongRay } from '#octree/ray'
import { aggregateRegions, type RegionAggregate } from '#octree/region-aggregate'
import { withinRegion } from '#octree/region-range'
import type { SearchTree } from '#octree/tree'
import { drive } from '#platform/arrays/drive'
import { compareIdTo, idString } from '#platform/arrays/id-table'
import { everywhere, type Place } from '#world/spatial-query'
import type { Bodies } from './bodies.ts'
import { looseBox } from './loose.ts'
import { findNear, type NearEntity, type NearQuery } from './near.ts'
import type { Simulation } from './simulation.ts'
import { currentTree, mostLoose, roughTree } from './space.ts'

/** A body as answers about space show it. */
export interface SpatialEntity {
  id: string
  position: [number, number, number]
  activity: number
}

export interface BoxQuery {
  min: [number, number, number]
  max: [number, number, number]
  limit: number
}

export interface RayQuery {
  origin: [number, number, number]
  /** Of any length but 0. */
  direction: [number, number, number]
  /** Units. */
  radius: number
  /** Units; undefined: to the end of the world. */
  maxDistance: number | undefined
}

/** A page of regions of side 2^cell units; `parent` and `after` are names, `*` is everything. */
export interface RegionsQuery {
  cell: number
  parent: string | undefined
  limit: number
  after: string | undefined
}

/** A page of the bodies of a region. */
export interface RegionBodiesQuery {
  region: string
  limit: number
  after: Place | undefined
}

/** Of a list: whether it ends at its limit. */
interface Page {
  more: boolean
}

export interface InsideAnswer extends Page {
  tick: number
  seq: number
  bodies: [id: string, ...place: Point][]
}

/** Questions that the octree answers: of the positions as they are, which may not be durable yet. */
export interface SpatialQueries {
  /** Nearest first. */
  near(query: NearQuery): Promise<NearEntity[]>
  /** In canonical order. */
  box(query: BoxQuery): Promise<Page & { entities: SpatialEntity[] }>
  /** As `box`; `tick` and `seq`: the last ones that these places know of. */
  inside(query: BoxQuery): Promise<InsideAnswer>
  /** `distance`: units along the ray; null: it meets nothing. */
  ray(query: RayQuery): Promise<(SpatialEntity & { distance: number }) | null>
  /** In Morton order. */
  regions(query: RegionsQuery): Promise<Page & { regions: RegionAggregate[] }>
  /** In canonical order. */
  regionBodies(query: RegionBodiesQuery): Promise<Page & { entities: SpatialEntity[] }>
}

/** @param onQuestion told of each question. */
export const createSpatialQueries = (simulation: Simulation, onQuestion: () => void): SpatialQueries => {
  const asked =
    <Query, T>(answer: (simulation: Simulation, query: Query) => T | Promise<T>) =>
    async (query: Query): Promise<T> => {
      onQuestion()
      return answer(simulation, query)
    }
  return {
    near: asked(findNear),
    box: asked(findInBox),
    inside: asked(findInside),
    ray: asked(findAlongRay),
    regions: asked(findRegions),
    regionBodies: asked(findInRegion),
  }
}

const entityOf = ({ ids, x, y, z, activity }: Bodies, body: number): SpatialEntity => ({
  id: idString(ids, body),
  position: [x[body], y[body], z[body]],
  activity: activity[body],
})

const findInBox = async ({ bodies, work }: Simulation, { min, max, limit }: BoxQuery) => {
  const tree = await drive(roughTree(work.space, bodies))
  const indices = looseBox(work.space, tree, bodies, min, max, limit + 1)
  const entities = indices.slice(0, limit).map((body) => entityOf(bodies, body))
  return { entities, more: indices.length > limit }
}

const findInside = async (simulation: Simulation, { min, max, limit }: BoxQuery): Promise<InsideAnswer> => {
  const tree = await lastingTree(simulation)
  const { bodies, work, tick, seq } = simulation
  const found =
    tree === undefined
      ? scanBox(bodies, min, max, limit + 1)
      : looseBox(work.space, tree, bodies, min, max, limit + 1)
  const { ids, x, y, z } = bodies
  const placeOf = (body: number): [string, ...Point] => [idString(ids, body), x[body], y[body], z[body]]
  return { tick, seq, bodies: found.slice(0, limit).map(placeOf), more: found.length > limit }
}

/** undefined where so many move that a tree is old after each tick: it takes far longer to build than all bodies to look through. */
const lastingTree = ({
  bodies,
  work: { space },
}: Simulation): Promise<SearchTree> | SearchTree | undefined => {
  if (space.tree !== undefined && space.built === space.version) return space.tree
  return bodies.active > mostLoose(bodies.count) ? undefined : drive(roughTree(space, bodies))
}

/** Of a million bodies in 16 ms, on a machine at a load of 14. */
const scanBox = ({ count, x, y, z }: Bodies, min: Point, max: Point, limit: number): number[] => {
  const found: number[] = []
  for (let body = 0; body < count && found.length < limit; body++)
    if (x[body] >= min[0] && x[body] <= max[0])
      if (y[body] >= min[1] && y[body] <= max[1] && z[body] >= min[2] && z[body] <= max[2]) found.push(body)
  return found
}

const findAlongRay = async (simulation: Simulation, { maxDistance, ...ray }: RayQuery) => {
  const { bodies } = simulation
  const far = maxDistance ?? Number.POSITIVE_INFINITY
  const hit = firstAlongRay(await currentTree(simulation), bodies, { ...ray, maxDistance: far })
  return hit === undefined ? null : { ...entityOf(bodies, hit.index), distance: hit.distance }
}

const named = (region: string | undefined) => (region === everywhere ? undefined : region)

const findRegions = async (simulation: Simulation, { cell, parent, limit, after }: RegionsQuery) =>
  aggregateRegions(await currentTree(simulation), simulation.bodies, cell, {
    parent: named(parent),
    limit,
    after,
  })

const findInRegion = async (simulation: Simulation, { region, limit, after }: RegionBodiesQuery) => {
  const { bodies } = simulation
  const place = after && placeOf(bodies, after)
  const found = withinRegion(await currentTree(simulation), bodies, named(region), { limit, after: place })
  return { entities: found.indices.map((body) => entityOf(bodies, body)), more: found.more }
}

const placeOf = ({ ids }: Bodies, [id, ...position]: Place) => ({
  position,
  compareId: (body: number) => compareIdTo(ids, body, id),
})
