import {
  addId,
  allocateIds,
  findBytes,
  findId,
  type IdBytes,
  type IdTable,
  idLength,
  idStart,
  idString,
  idTableBytes,
  restoreIds,
} from '#platform/arrays/id-table'
import type { Bodies } from './bodies.ts'

/**
 * The edges of the hierarchy: motifs are parents, their members are children whose both ends have a body.
 * Edges keep their own ids, so that one may dangle: it takes part once both of its ends are there, and
 * outlives the deletion of either. A child has one parent (the database holds it to that).
 */
export interface Hierarchy {
  edges: number
  /** Every id that some edge named. */
  ids: IdTable
  /** By id: the id of its parent, or -1. */
  parent: Int32Array
  /** By id: the strength of the edge to its parent. */
  weight: Float64Array
  /** Which bodies these ids are; made again when `resolved` is false. */
  resolved: boolean
  /** How many motifs have a parent with a body and members. */
  motifs: number
  /** Bodies that are members of a motif, that motif and their weight in it; the first `memberCount` of each. */
  memberCount: number
  members: Uint32Array
  motifOf: Uint32Array
  weightIn: Float64Array
}

/** A copy of the edges alone. */
export interface HierarchyCut extends IdBytes {
  edges: number
  parent: Int32Array
  weight: Float64Array
}

export const cutHierarchy = ({ edges, ids, parent, weight }: Hierarchy): HierarchyCut => ({
  edges,
  arena: ids.arena.slice(0, ids.used),
  offset: ids.offset.slice(0, ids.count),
  parent: parent.slice(0, ids.count),
  weight: weight.slice(0, ids.count),
})

/** Takes the arrays over. */
export const restoreHierarchy = ({ edges, arena, offset, parent, weight }: HierarchyCut): Hierarchy => ({
  ...createHierarchy(),
  edges,
  ids: restoreIds(offset.length, { arena, offset }),
  parent,
  weight,
})

/** Nothing is allocated before the first edge. */
export const createHierarchy = (): Hierarchy => ({
  edges: 0,
  ids: allocateIds(),
  parent: new Int32Array(0),
  weight: new Float64Array(0),
  resolved: false,
  motifs: 0,
  memberCount: 0,
  members: new Uint32Array(0),
  motifOf: new Uint32Array(0),
  weightIn: new Float64Array(0),
})

/** Makes or changes the edge from `parentId` to `childId`. */
export const setEdge = (hierarchy: Hierarchy, parentId: string, childId: string, weight: number): void => {
  if (hierarchy.ids.count > 1_024 + 4 * hierarchy.edges) dropUnused(hierarchy)
  const parent = nameId(hierarchy, parentId)
  const child = nameId(hierarchy, childId)
  if (hierarchy.parent[child] === -1) hierarchy.edges++
  hierarchy.parent[child] = parent
  hierarchy.weight[child] = weight
  hierarchy.resolved = false
}

/** Removes the edge; nothing where there is none. */
export const removeEdge = (hierarchy: Hierarchy, parentId: string, childId: string): void => {
  const parent = findId(hierarchy.ids, parentId)
  const child = findId(hierarchy.ids, childId)
  if (parent === -1 || child === -1 || hierarchy.parent[child] !== parent) return
  hierarchy.parent[child] = -1
  hierarchy.edges--
  hierarchy.resolved = false
}

/** Child, parent and strength of every edge. */
function* edgesOf({ ids, parent, weight }: Hierarchy): Generator<[string, string, number]> {
  for (let child = 0; child < ids.count; child++)
    if (parent[child] !== -1) yield [idString(ids, child), idString(ids, parent[child]), weight[child]]
}

const nameId = (hierarchy: Hierarchy, id: string): number => {
  const known = findId(hierarchy.ids, id)
  if (known !== -1) return known
  const name = addId(hierarchy.ids, id)
  if (name >= hierarchy.parent.length) {
    const capacity = Math.ceil(name * 1.5) + 64
    const parent = new Int32Array(capacity)
    const weight = new Float64Array(capacity)
    parent.set(hierarchy.parent)
    weight.set(hierarchy.weight)
    Object.assign(hierarchy, { parent, weight })
  }
  hierarchy.parent[name] = -1
  return name
}

/** Where edges come and go, ids that no edge names any more would pile up. */
const dropUnused = (hierarchy: Hierarchy): void => {
  const fresh = createHierarchy()
  for (const [child, parent, weight] of edgesOf(hierarchy)) setEdge(fresh, parent, child, weight)
  Object.assign(hierarchy, fresh)
}

/** Finds the bodies of all edges again, where bodies or edges have come or gone. */
export const resolveHierarchy = (hierarchy: Hierarchy, bodies: Bodies): void => {
  if (hierarchy.resolved || hierarchy.edges === 0) return
  const { ids, parent, weight } = hierarchy
  if (hierarchy.members.length < hierarchy.edges) allocateMembers(hierarchy)
  const { members, motifOf, weightIn } = hierarchy
  const bodyOf = (name: number) => findBytes(bodies.ids, ids.arena, idStart(ids, name), idLength(ids, name))
  // by id: the motif of which it is the parent; -1: it is none yet, -2: it has no body
  const motifAt = new Int32Array(ids.count).fill(-1)
  let count = 0
  let motifs = 0
  for (let name = 0; name < ids.count; name++) {
    const body = parent[name] === -1 ? -1 : bodyOf(name)
    if (body === -1) continue
    const above = parent[name]
    if (motifAt[above] === -1) motifAt[above] = bodyOf(above) === -1 ? -2 : motifs++
    if (motifAt[above] === -2) continue
    members[count] = body
    motifOf[count] = motifAt[above]
    weightIn[count++] = weight[name]
  }
  Object.assign(hierarchy, { resolved: true, motifs, memberCount: count })
}

const allocateMembers = (hierarchy: Hierarchy): void => {
  const room = Math.ceil(hierarchy.edges * 1.25) + 16
  hierarchy.members = new Uint32Array(room)
  hierarchy.motifOf = new Uint32Array(room)
  hierarchy.weightIn = new Float64Array(room)
}

export const hierarchyBytes = ({ ids, parent, weight, members, motifOf, weightIn }: Hierarchy): number =>
  idTableBytes(ids) +
  parent.byteLength +
  weight.byteLength +
  members.byteLength +
  motifOf.byteLength +
  weightIn.byteLength
