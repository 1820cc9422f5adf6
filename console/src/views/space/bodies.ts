import type { ChangeBatch, SyncEntity } from '../../../../client/index.ts'

/** A body as space is drawn from: live, or of the past. */
export interface Body {
  id: string
  classType: string
  position: readonly [number, number, number]
  /** Undefined: not told, as with the limited cast. */
  activity?: number | undefined
  flux?: number | undefined
  name?: string | undefined
}

/**
 * Bodies as arrays that a graphics card takes: one line from where each was drawn to where it is to be. Rows are dense;
 * the last one takes the place of one that goes. Positions are relative to `origin`, since floats of 32 bits are few.
 */
export interface BodyStore {
  readonly count: number
  origin: readonly [number, number, number]
  /** Stride 3: where it is drawn at `start`. */
  readonly from: Float32Array
  /** Stride 3: where it is drawn `moveMs` later, and then stays. */
  readonly to: Float32Array
  /** Milliseconds of `now`. */
  readonly start: Float32Array
  /** Grows with each change of the arrays; after growing they are other arrays. */
  readonly version: number
  body(row: number): Body
  rowOf(id: string): number | undefined
  replace(bodies: Iterable<Body>): void
  /** Puts one there, or where it is then; `moveMs` 0 jumps. */
  set(body: Body, now: number, moveMs: number): void
  remove(id: string): void
  /** Where a row is drawn, in world units. */
  drawnAt(row: number, now: number, moveMs: number): [number, number, number]
}

const firstCapacity = 1_024

export const createBodyStore = (): BodyStore => {
  let capacity = firstCapacity
  let arrays = makeArrays(capacity)
  let list: Body[] = []
  let rows = new Map<string, number>()
  let version = 0
  let origin: readonly [number, number, number] = [0, 0, 0]

  const grow = (least: number) => {
    while (capacity < least) capacity *= 2
    const before = arrays
    arrays = makeArrays(capacity)
    arrays.from.set(before.from)
    arrays.to.set(before.to)
    arrays.start.set(before.start)
  }
  const put = (array: Float32Array, row: number, position: readonly [number, number, number]) => {
    for (let axis = 0; axis < 3; axis++) array[3 * row + axis] = position[axis]! - origin[axis]!
  }
  const add = (body: Body): number => {
    const row = list.length
    if (row === capacity) grow(row + 1)
    list.push(body)
    rows.set(body.id, row)
    return row
  }
  const place = (row: number, body: Body) => {
    put(arrays.from, row, body.position)
    put(arrays.to, row, body.position)
    arrays.start[row] = 0
  }
  const store: BodyStore = {
    get count() {
      return list.length
    },
    get origin() {
      return origin
    },
    set origin(point) {
      origin = point
      for (const [row, body] of list.entries()) place(row, body)
      version++
    },
    get from() {
      return arrays.from
    },
    get to() {
      return arrays.to
    },
    get start() {
      return arrays.start
    },
    get version() {
      return version
    },
    body: (row) => list[row]!,
    rowOf: (id) => rows.get(id),
    replace(bodies) {
      list = []
      rows = new Map()
      for (const body of bodies) place(add(body), body)
      version++
    },
    set(body, now, moveMs) {
      version++
      const row = rows.get(body.id)
      if (row === undefined) return place(add(body), body)
      const before = list[row]!
      list[row] = body
      if (moveMs === 0) return place(row, body)
      if (samePlace(before.position, body.position)) return
      put(arrays.from, row, store.drawnAt(row, now, moveMs))
      put(arrays.to, row, body.position)
      arrays.start[row] = now
    },
    remove(id) {
      const row = rows.get(id)
      if (row === undefined) return
      version++
      rows.delete(id)
      const last = list.pop()!
      if (last.id === id) return
      list[row] = last
      rows.set(last.id, row)
      const end = list.length
      for (const array of [arrays.from, arrays.to]) array.copyWithin(3 * row, 3 * end, 3 * end + 3)
      arrays.start[row] = arrays.start[end]!
    },
    drawnAt(row, now, moveMs) {
      const { from, to, start } = arrays
      const part = moveMs === 0 ? 1 : Math.min(1, Math.max(0, (now - start[row]!) / moveMs))
      const on = (axis: 0 | 1 | 2) => {
        const at = 3 * row + axis
        return origin[axis] + from[at]! + (to[at]! - from[at]!) * part
      }
      return [on(0), on(1), on(2)]
    },
  }
  return store
}

const makeArrays = (capacity: number) => ({
  from: new Float32Array(3 * capacity),
  to: new Float32Array(3 * capacity),
  start: new Float32Array(capacity),
})

const samePlace = (a: readonly number[], b: readonly number[]): boolean =>
  a[0] === b[0] && a[1] === b[1] && a[2] === b[2]

/** An entity of the client's; with the limited cast it has neither activity nor flux position. */
export const bodyOf = (entity: SyncEntity): Body => {
  const { id, classType, position, name, parameters } = entity
  const { fluxPosition } = entity as { fluxPosition?: unknown }
  const activity = parameters?.activity
  return {
    ...{ id, classType, position, name },
    activity: typeof activity === 'number' ? activity : parameters === undefined ? undefined : 0,
    flux: typeof fluxPosition === 'number' ? fluxPosition : undefined,
  }
}

/** Applies what the client says has changed: what a tick moved is led there, what was written is jumped to. */
export const applyBatch = (
  store: BodyStore,
  batch: ChangeBatch,
  entity: (id: string) => SyncEntity | undefined,
  { now, moveMs }: { now: number; moveMs: number },
): void => {
  for (const id of batch.removed) store.remove(id)
  const length = batch.ticks > 0 ? moveMs : 0
  for (const id of [...batch.created, ...batch.updated]) {
    const found = entity(id)
    if (found !== undefined) store.set(bodyOf(found), now, batch.before.get(id) === undefined ? 0 : length)
  }
}

/** Lowest and highest corner of the bodies, in world units; null: there is none. */
export const boundsOf = (store: BodyStore): { min: number[]; max: number[] } | null => {
  if (store.count === 0) return null
  const min = [Infinity, Infinity, Infinity]
  const max = [-Infinity, -Infinity, -Infinity]
  for (let row = 0; row < store.count; row++) {
    const { position } = store.body(row)
    for (let axis = 0; axis < 3; axis++) {
      min[axis] = Math.min(min[axis]!, position[axis]!)
      max[axis] = Math.max(max[axis]!, position[axis]!)
    }
  }
  return { min, max }
}
