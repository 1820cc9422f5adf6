import { type IdBytes, idLength } from '#platform/arrays/id-table'
import { type Bodies, columns } from './bodies.ts'
import type { Ramps } from './ramps.ts'

/** A copy of bodies at a tick boundary, so that what is written from it does not change underneath. */
export interface BodyCut extends Record<(typeof columns)[number], Float64Array> {
  count: number
  ids: IdBytes
  flags: Uint8Array
}

/** A cut of all bodies: with the ramps, the whole state of them. */
export interface WholeCut extends BodyCut {
  ramps: Ramps
}

/** All bodies, in storage order. */
export const cutAll = (bodies: Bodies): WholeCut => {
  const { count, ids } = bodies
  const slices = Object.fromEntries(columns.map((column) => [column, bodies[column].slice(0, count)]))
  return {
    ...(slices as Record<(typeof columns)[number], Float64Array>),
    count,
    ids: { arena: ids.arena.slice(0, ids.used), offset: ids.offset.slice(0, count) },
    flags: bodies.flags.slice(0, count),
    ramps: new Map(bodies.ramps),
  }
}

/** The bodies of these indices, in their order. */
export const cutSome = (bodies: Bodies, indices: Uint32Array): BodyCut => {
  const gathered = Object.fromEntries(columns.map((column) => [column, gather(bodies[column], indices)]))
  return {
    ...(gathered as Record<(typeof columns)[number], Float64Array>),
    count: indices.length,
    ids: gatherIds(bodies.ids, indices),
    flags: Uint8Array.from(indices, (body) => bodies.flags[body]),
  }
}

/** What ticks tell of bodies, in storage order. */
export interface BodyColumns extends Record<(typeof tickColumns)[number], Float64Array> {
  count: number
  ids: IdBytes
}

const tickColumns = ['x', 'y', 'z', 'activity', 'jitter'] as const

/** The active bodies, or all. */
export const cutTicking = (bodies: Bodies, all: boolean): BodyColumns => {
  const indices = new Uint32Array(all ? bodies.count : bodies.active)
  for (let body = 0, at = 0; body < bodies.count; body++)
    if (all || bodies.activity[body] > 0) indices[at++] = body
  const gathered = Object.fromEntries(tickColumns.map((column) => [column, gather(bodies[column], indices)]))
  return {
    ...(gathered as Record<(typeof tickColumns)[number], Float64Array>),
    ...{ count: indices.length, ids: gatherIds(bodies.ids, indices) },
  }
}

const gather = (from: Float64Array, indices: Uint32Array): Float64Array => {
  const to = new Float64Array(indices.length)
  for (let k = 0; k < indices.length; k++) to[k] = from[indices[k]]
  return to
}

export const gatherIds = (ids: IdBytes, indices: Uint32Array): IdBytes => {
  let bytes = 0
  for (let k = 0; k < indices.length; k++) bytes += 2 + idLength(ids, indices[k])
  const arena = new Uint8Array(bytes)
  const offset = new Uint32Array(indices.length)
  let used = 0
  for (let k = 0; k < indices.length; k++) {
    const from = ids.offset[indices[k]]
    const length = 2 + idLength(ids, indices[k])
    offset[k] = used
    for (let byte = 0; byte < length; byte++) arena[used + byte] = ids.arena[from + byte]
    used += length
  }
  return { arena, offset }
}
