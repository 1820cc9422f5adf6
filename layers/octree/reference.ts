import { cellSide, finestExponent } from './binary64.ts'
import type { BodyArrays } from './bodies.ts'
import { comparePositions } from './canonical-place.ts'
import type { Accelerations, FieldParameters } from './forces.ts'
import { angleShare } from './forces.ts'
import type { Octree } from './tree.ts'

/**
 * What the kernel computes, again in plain TypeScript, double precision and the simplest form: for the kernel's tests.
 * Nothing is fast here, and nothing shared with the kernel but the constants.
 */

/** The bodies in canonical order, by comparison. */
export const referenceOrder = (
  { count, x, y, z }: BodyArrays,
  compareIds = (i: number, j: number) => i - j,
) =>
  Uint32Array.from({ length: count }, (_, body) => body).sort(
    (i, j) => comparePositions([x[i], y[i], z[i]], [x[j], y[j], z[j]]) || compareIds(i, j),
  )

/** Total order of the expansions: derivatives of 1 / r up to this. */
const order = 4
/** Cells of at most so many bodies have the exact radius, larger ones a bound. */
const exactRadiusBodies = 512

/** As in kernel/traverse.ts. */
const widestAngle = 0.9
const wideShare = 0.25 ** 2

type Vector = readonly [number, number, number]
type Index = readonly [number, number, number]

/** Exponents of the monomials of degree 0 to `order`. */
const indices: Index[] = []
for (let i = 0; i <= order; i++)
  for (let j = 0; i + j <= order; j++) for (let k = 0; i + j + k <= order; k++) indices.push([i, j, k])

const degree = ([i, j, k]: Index): number => i + j + k
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
const factorials = ([i, j, k]: Index): number => factorial(i) * factorial(j) * factorial(k)
const monomial = ([x, y, z]: Vector, [i, j, k]: Index): number => x ** i * y ** j * z ** k
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const square = (v: Vector): number => v[0] * v[0] + v[1] * v[1] + v[2] * v[2]

interface Cell {
  node: number
  bodies: number[]
  children: Cell[]
  weight: number
  centre: Vector
  radius: number
  /** The least sum of weight / distance^2 over all others, roughly. */
  strength: number
  /** Of each monomial: sum of w s^k / k!. */
  moments: number[]
}

/**
 * The derivatives of (|e|^2 + epsilon^2)^(-1/2) by every monomial, by the recurrence of McMurchie and Davidson (1978,
 * J. Comput. Phys. 26, 218).
 */
const derivatives = (e: Vector, softeningSquared: number): ((index: Index) => number) => {
  const t = 1 / Math.sqrt(square(e) + softeningSquared)
  const known = new Map<string, number>()
  const derivative = (m: number, index: Index): number => {
    const key = `${m}:${index}`
    const found = known.get(key)
    if (found !== undefined) return found
    const axis = index.findIndex((exponent) => exponent > 0)
    let value = t
    if (axis === -1) for (let n = 1; n <= m; n++) value *= -(2 * n - 1) * t * t
    else {
      const lower = index.with(axis, index[axis] - 1) as unknown as Index
      value = e[axis] * derivative(m + 1, lower)
      if (lower[axis] > 0)
        value += lower[axis] * derivative(m + 1, lower.with(axis, lower[axis] - 1) as unknown as Index)
    }
    known.set(key, value)
    return value
  }
  return (index) => derivative(0, index)
}

/** The field of the kernel, cell by cell and pair by pair. */
export const referenceField = (
  tree: Octree,
  bodies: BodyArrays,
  { gravity, softeningUnits, theta }: FieldParameters,
): Accelerations => {
  const out = {
    ax: new Float64Array(bodies.count),
    ay: new Float64Array(bodies.count),
    az: new Float64Array(bodies.count),
  }
  if (bodies.count === 0) return out
  const softeningSquared = softeningUnits * softeningUnits
  const position = (body: number): Vector => [bodies.x[body], bodies.y[body], bodies.z[body]]
  const weightOf = (body: number): number => bodies.activity[body] * bodies.mass[body]
  const root = cellOf(tree, 0, position, weightOf)
  measure(root, position)
  estimate(root, root, softeningSquared)
  const angleTerm = (theta * angleShare) ** 4

  const add = (body: number, pull: Vector): void => {
    out.ax[body] += gravity * bodies.activity[body] * pull[0]
    out.ay[body] += gravity * bodies.activity[body] * pull[1]
    out.az[body] += gravity * bodies.activity[body] * pull[2]
  }
  const pair = (i: number, j: number): void => {
    const e = minus(position(j), position(i))
    const r = Math.sqrt(square(e) + softeningSquared)
    if (r ** 3 <= 1e-300) return
    const pull = weightOf(j) / r ** 3
    add(i, [pull * e[0], pull * e[1], pull * e[2]])
  }
  const far = (sink: Cell, source: Cell): void => {
    const derivative = derivatives(minus(sink.centre, source.centre), softeningSquared)
    const local = indices.map((n) =>
      indices.reduce(
        (sum, k, at) =>
          degree(n) + degree(k) > order || degree(k) === 1
            ? sum
            : sum +
              (degree(k) % 2 === 0 ? 1 : -1) *
                source.moments[at] *
                derivative([n[0] + k[0], n[1] + k[1], n[2] + k[2]]),
        0,
      ),
    )
    for (const body of sink.bodies) {
      const y = minus(position(body), sink.centre)
      const pull = [0, 1, 2].map((axis) =>
        indices.reduce((sum, n, at) => {
          if (n[axis] === 0) return sum
          const lower = n.with(axis, n[axis] - 1) as unknown as Index
          return sum + (local[at] * monomial(y, lower)) / factorials(lower)
        }, 0),
      )
      add(body, pull as unknown as Vector)
    }
  }
  const isFar = (sink: Cell, source: Cell, beyond: number): boolean => {
    const distanceSquared = square(minus(sink.centre, source.centre))
    const bothSquared = (sink.radius + source.radius) ** 2
    const allowed = angleTerm * distanceSquared ** 3
    return (
      theta > 0 &&
      bothSquared < widestAngle ** 2 * distanceSquared &&
      bothSquared ** 2 * source.weight <= sink.strength * allowed &&
      bothSquared ** 2 * sink.weight <= source.strength * allowed &&
      distanceSquared > beyond
    )
  }
  const walk = (sink: Cell, self: Cell, candidates: Cell[], beyond: number): Cell[] => {
    const passed: Cell[] = []
    const open = [...candidates].reverse()
    for (let source = open.pop(); source !== undefined; source = open.pop()) {
      const isLarger =
        source.radius > sink.radius || (source.radius === sink.radius && source.node < self.node)
      if (isFar(sink, source, beyond)) far(sink, source)
      else if (source.children.length > 0 && (sink.children.length === 0 || isLarger))
        open.push(...source.children.toReversed())
      else passed.push(source)
    }
    return passed
  }
  const descend = (sink: Cell, candidates: Cell[]): void => {
    const isWide = sink.radius ** 2 * sink.strength > root.weight * wideShare
    const beyond = isWide ? sink.radius ** 2 / wideShare : 0
    if (sink.children.length > 0) {
      const passed = walk(sink, sink, candidates, beyond)
      for (const child of sink.children) descend(child, passed)
      return
    }
    // the bodies of a wide leaf are sinks of their own
    const points = isWide
      ? sink.bodies.map((body) => ({ ...sink, bodies: [body], centre: position(body), radius: 0, weight: 0 }))
      : [sink]
    for (const point of points)
      for (const leaf of walk(point, sink, candidates, isWide ? 0 : beyond))
        for (const i of point.bodies) for (const j of leaf.bodies) pair(i, j)
  }
  descend(root, [root])
  return out
}

const cellOf = (
  tree: Octree,
  node: number,
  position: (body: number) => Vector,
  weightOf: (body: number) => number,
): Cell => {
  const { nodes, order: ranks } = tree
  const bodies = [...ranks.subarray(nodes.first[node], nodes.first[node] + nodes.bodies[node])]
  const children: Cell[] = []
  if (nodes.leaf[node] === 0)
    for (let child = node + 1; child < nodes.next[node]; child = nodes.next[child])
      children.push(cellOf(tree, child, position, weightOf))
  const weight = bodies.reduce((sum, body) => sum + weightOf(body), 0)
  const mean = (axis: number) =>
    bodies.reduce((sum, body) => sum + weightOf(body) * position(body)[axis], 0) / weight
  const centre: Vector = weight > 0 ? [mean(0), mean(1), mean(2)] : position(bodies[0])
  const moments = indices.map(
    (k) =>
      bodies.reduce((sum, body) => sum + weightOf(body) * monomial(minus(position(body), centre), k), 0) /
      factorials(k),
  )
  return { node, bodies, children, weight, centre, radius: 0, strength: 0, moments }
}

/** Radii, children first. */
const measure = (cell: Cell, position: (body: number) => Vector): void => {
  for (const child of cell.children) measure(child, position)
  const distances =
    cell.children.length === 0 || cell.bodies.length <= exactRadiusBodies
      ? cell.bodies.map((body) => Math.sqrt(square(minus(position(body), cell.centre))))
      : cell.children.map((child) => child.radius + Math.sqrt(square(minus(child.centre, cell.centre))))
  cell.radius = Math.fround(Math.max(...distances) * (1 + 2 ** -22))
}

/** How strong the field is: at the centre of a leaf, the least of its leaves' in an inner cell. */
const estimate = (cell: Cell, root: Cell, softeningSquared: number): number => {
  const sum = (source: Cell): number => {
    const distanceSquared = square(minus(cell.centre, source.centre))
    const bothSquared = (cell.radius + source.radius) ** 2
    if (bothSquared >= distanceSquared && source.children.length > 0)
      return source.children.reduce((total, child) => total + sum(child), 0)
    return source.weight / (Math.max(distanceSquared, bothSquared) + softeningSquared)
  }
  const below = cell.children.map((child) => estimate(child, root, softeningSquared))
  cell.strength = below.length > 0 ? Math.min(...below) : sum(root)
  return cell.strength
}

/** A node as the kernel has it, without what follows from these. */
export interface ReferenceNode {
  exponent: number
  first: number
  bodies: number
}

/** The nodes over bodies in canonical order, in preorder: each the smallest cell that holds its bodies. */
export const referenceNodes = (
  { x, y, z }: BodyArrays,
  ranks: Uint32Array,
  leafBodies: number,
): ReferenceNode[] => {
  const nodes: ReferenceNode[] = []
  const positions = Array.from(ranks, (body): Vector => [x[body], y[body], z[body]])
  const cellOf = (rank: number, side: number): string =>
    // dividing the least doubles below 0 would make them -0
    String(positions[rank].map((p) => (p < 0 && p > -side ? -1 : Math.floor(p / side))))
  const split = (from: number, to: number): void => {
    const exponent = commonCell(
      positions.slice(from, to),
      (side) => cellOf(from, side) === cellOf(to - 1, side),
    )
    nodes.push({ exponent, first: from, bodies: to - from })
    if (to - from <= leafBodies || exponent === finestExponent) return
    const side = cellSide(exponent - 1)
    for (let start = from, end = from; start < to; start = end) {
      while (end < to && cellOf(end, side) === cellOf(start, side)) end++
      split(start, end)
    }
  }
  if (ranks.length > 0) split(0, ranks.length)
  return nodes
}

/** The smallest cell that all share, or else the smallest eight that meet at the origin. */
const commonCell = (positions: Vector[], share: (side: number) => boolean): number => {
  for (let exponent = finestExponent; exponent <= 40; exponent++)
    if (share(cellSide(exponent))) return exponent
  const holds = (half: number) => positions.flat().every((p) => p >= -cellSide(half) && p < cellSide(half))
  let half = finestExponent
  while (!holds(half)) half++
  return half + 1
}
