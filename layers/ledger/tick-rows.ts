import { addBytes, allocateIds, bytesOfId, findBytes, type IdTable } from '#platform/arrays/id-table'

/** Ticks of entities, one a row, columns side by side, in the order of their ticks. */
export interface TickRows {
  count: number
  tick: Float64Array
  x: Float64Array
  y: Float64Array
  z: Float64Array
  activity: Float64Array
  jitter: Float64Array
  /** Index into `ids`. */
  entity: Uint32Array
  /** Each id once. */
  ids: IdTable
  /** Of a row, as JSON text; '' for none. Absent: no row has any. */
  meta?: string[]
  /** Milliseconds since 1970 as the producer has them; NaN for none. Absent: no row has one. */
  timestampMs?: Float64Array
}

const columns = ['tick', 'x', 'y', 'z', 'activity', 'jitter'] as const

export const allocateRows = (capacity = 0): TickRows => ({
  count: 0,
  ...(Object.fromEntries(columns.map((name) => [name, new Float64Array(capacity)])) as Pick<
    TickRows,
    (typeof columns)[number]
  >),
  entity: new Uint32Array(capacity),
  ids: allocateIds(),
})

/** Makes room for so many rows more. */
export const reserveRows = (rows: TickRows, more: number): void => {
  const needed = rows.count + more
  if (needed <= rows.entity.length) return
  const capacity = Math.max(needed, Math.ceil(1.5 * rows.entity.length))
  for (const name of columns) {
    const larger = new Float64Array(capacity)
    larger.set(rows[name])
    rows[name] = larger
  }
  const entity = new Uint32Array(capacity)
  entity.set(rows.entity)
  rows.entity = entity
}

/** The index of an id, which is added where it is new. */
export const internBytes = (ids: IdTable, bytes: Uint8Array, from: number, length: number): number => {
  const known = findBytes(ids, bytes, from, length)
  return known === -1 ? addBytes(ids, bytes, from, length) : known
}

export const internId = (ids: IdTable, id: string): number => internBytes(ids, ...bytesOfId(id))

/** One tick of one entity, as clients post it. */
export interface EntityTick {
  entityId: string
  tickId: number
  x: number
  y: number
  z: number
  /** 0 to 1e9. */
  activity: number
  jitter: number
  meta?: object
  timestampMs?: number
}

/** Rows of ticks in any order: they are put into that of tick and id. */
export const rowsOfTicks = (ticks: readonly EntityTick[]): TickRows => {
  const sorted = ticks.toSorted(
    (a, b) => a.tickId - b.tickId || Buffer.compare(Buffer.from(a.entityId), Buffer.from(b.entityId)),
  )
  const rows = allocateRows(sorted.length)
  rows.count = sorted.length
  sorted.forEach((tick, row) => {
    rows.tick[row] = tick.tickId
    for (const name of ['x', 'y', 'z', 'activity', 'jitter'] as const) rows[name][row] = tick[name]
    rows.entity[row] = internId(rows.ids, tick.entityId)
  })
  if (sorted.some(({ meta }) => meta !== undefined))
    rows.meta = sorted.map(({ meta }) => (meta === undefined ? '' : JSON.stringify(meta)))
  if (sorted.some(({ timestampMs }) => timestampMs !== undefined))
    rows.timestampMs = Float64Array.from(sorted, ({ timestampMs }) => timestampMs ?? Number.NaN)
  return rows
}
