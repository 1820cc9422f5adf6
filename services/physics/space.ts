import {
  buildingTree,
  type Octree,
  prepareTree,
  type SearchTree,
  searchLeafBodies,
  searchTreeOf,
  treeBytes,
} from '#octree/tree'
import { type Blocks, drive } from '#platform/arrays/drive'
import { compareIds } from '#platform/arrays/id-table'
import type { Bodies } from './bodies.ts'
import { compute, computeThreads } from './compute.ts'

/**
 * The octree of all bodies of a world, built when somebody asks. A few bodies that have come, gone or been moved
 * since then do not make it anew: they are kept beside it, to be looked through one by one.
 */
export interface Space {
  tree: SearchTree | undefined
  /** The same where the field of all bodies is summed in its memory: in a world whose bodies are all active. */
  full: Octree | undefined
  /** Counts the changes after which the tree is no longer worth keeping; `built` is the one that the tree is of. */
  version: number
  built: number
  /** Bodies, by index, whose entry in the tree does not hold or that have none. */
  loose: Set<number>
  /** By body index at the build: 1 where the tree's entry does not hold any more. */
  stale: Uint8Array
  /** How many entries do not hold. */
  staleCount: number
  /** Resolves when the build that is under way has ended. */
  building: Promise<void> | undefined
}

export const createSpace = (): Space => ({
  tree: undefined,
  full: undefined,
  version: 0,
  built: -1,
  loose: new Set(),
  stale: new Uint8Array(0),
  staleCount: 0,
  building: undefined,
})

/** One body in so many may be loose, and always this many; more are dearer to look through than a tree to build. */
const looseShare = 64
const leastLoose = 64

/** So many bodies may be loose. */
export const mostLoose = (count: number): number => Math.max(leastLoose, count / looseShare)

/** A step has moved the first `moved` of these bodies, of `count` in all. */
export const loosenMoved = (space: Space, indices: Uint32Array, moved: number, count: number): void => {
  // where the same few move in each tick the tree of all the others stays
  if (moved > mostLoose(count)) outdateSpace(space)
  else for (let at = 0; at < moved && isUseful(space); at++) loosen(space, indices[at], count)
}

const outdateSpace = (space: Space): void => {
  space.version++
}

/** One body has come or been moved. */
export const loosen = (space: Space, body: number, count: number): void => {
  if (!isUseful(space)) return
  makeStale(space, body)
  space.loose.add(body)
  outdateWhereMany(space, count)
}

/** A body has gone, and the last one, of index `count`, taken its place. */
export const loosenRemoved = (space: Space, body: number, count: number): void => {
  if (!isUseful(space)) return
  makeStale(space, count)
  space.loose.delete(count)
  if (body !== count) loosen(space, body, count)
  else outdateWhereMany(space, count)
}

const outdateWhereMany = (space: Space, count: number): void => {
  const most = mostLoose(count)
  if (space.loose.size > most || space.staleCount > most) outdateSpace(space)
}

/** The tree, or the one that is being built, is still worth keeping. */
const isUseful = (space: Space): boolean => space.built === space.version || space.building !== undefined

const makeStale = (space: Space, body: number): void => {
  if (body >= space.stale.length || space.stale[body] === 1) return
  space.stale[body] = 1
  space.staleCount++
}

/** Nothing is loose or stale: the tree is of the bodies as they are. */
const isExact = (space: Space): boolean =>
  space.built === space.version && space.loose.size === 0 && space.staleCount === 0

/**
 * The octree of all bodies as they are, in a memory in which their field can be summed; they are all active.
 *
 * @yields while it is built, perhaps for another caller.
 */
export function* fieldTree(space: Space, bodies: Bodies): Blocks<Octree> {
  while (!isExact(space) || space.full === undefined) yield* build(space, bodies)
  return space.full
}

/** The octree of all bodies as they are. */
function* exactTree(space: Space, bodies: Bodies): Blocks<SearchTree> {
  while (!isExact(space)) yield* build(space, bodies)
  return space.tree!
}

/** The octree of all bodies but for those that are loose. */
export function* roughTree(space: Space, bodies: Bodies): Blocks<SearchTree> {
  while (space.built !== space.version) yield* build(space, bodies)
  return space.tree!
}

/** For who asks between ticks: to be used before the next turn of the event loop, in which bodies may move. */
export const currentTree = ({
  work,
  bodies,
}: {
  work: { space: Space }
  bodies: Bodies
}): Promise<SearchTree> => drive(exactTree(work.space, bodies))

function* build(space: Space, bodies: Bodies): Blocks<void> {
  if (space.building !== undefined) {
    yield space.building
    return
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  space.building = promise
  // whatever was true of the tree is not while threads write it
  space.built = -1
  try {
    const { version } = space
    const tree = space.full ?? takeSpare()
    space.loose.clear()
    space.stale = new Uint8Array(bodies.count)
    space.staleCount = 0
    const byId = (i: number, j: number) => compareIds(bodies.ids, i, j)
    const isAllActive = bodies.active === bodies.count
    const leaves = isAllActive ? {} : { leafBodies: searchLeafBodies }
    yield* compute(tree.kernel, buildingTree(tree, bodies, { compareIds: byId, ...leaves }), bodies.count)
    keep(space, tree, isAllActive)
    space.built = version
  } finally {
    // a build that was broken off may leave its memory in any state
    if (space.built === -1) space.tree = space.full = undefined
    space.building = undefined
    resolve()
  }
}

/** Where no field is summed in it, what searches read is copied, and the memory is the next one's to build in. */
const keep = (space: Space, tree: Octree, isAllActive: boolean): void => {
  if (isAllActive) {
    space.tree = space.full = tree
    return
  }
  space.tree = searchTreeOf(tree, space.tree === space.full ? undefined : space.tree)
  space.full = undefined
  giveSpare(tree)
}

/** The largest memory that a tree was built in and that no world needs. */
let spare: Octree | undefined

const takeSpare = (): Octree => {
  const tree = spare ?? prepareTree({ threads: computeThreads })
  spare = undefined
  return tree
}

const giveSpare = (tree: Octree): void => {
  if (spare === undefined || treeBytes(spare) < treeBytes(tree)) spare = tree
}

export const spaceBytes = ({ tree, stale }: Space): number =>
  stale.byteLength + (tree === undefined ? 0 : treeBytes(tree))
