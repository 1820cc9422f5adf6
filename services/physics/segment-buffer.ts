import { splitByShard } from '#ledger/shards'
import { allocateRows, internBytes, reserveRows, type TickRows } from '#ledger/tick-rows'
import type { Segment } from '#ledger/tick-segment'
import { idLength, idStart } from '#platform/arrays/id-table'
import type { TickBatch } from './tick-sink.ts'

/** Ticks that are gathered for a segment, by shard. */
export interface SegmentBuffer {
  /** Ticks in their order; one that is there already is ignored. */
  add(batch: TickBatch): void
  /** Ticks of entities in it. */
  ticks(): number
  /** What was gathered, and begins anew; undefined where that is nothing. */
  take(): Segment | undefined
}

const maxTraces = 100

export const createSegmentBuffer = (worldId: string): SegmentBuffer => {
  let parts = new Map<string, TickRows>()
  let traces = new Set<string>()
  let ticks = 0
  let fromTick = 0
  let lastTick = 0

  return {
    add: ({ tick, bodies, settings, traces: more }) => {
      if (tick <= lastTick) return
      const layer = settings.layers[0]!
      if (ticks === 0) fromTick = tick
      lastTick = tick
      ticks += bodies.count
      const all = Uint32Array.from({ length: bodies.count }, (_, body) => body)
      for (const [shard, members] of splitByShard(bodies, all, layer, settings)) {
        let rows = parts.get(shard)
        if (rows === undefined) parts.set(shard, (rows = allocateRows(members.length)))
        appendTick(rows, tick, bodies, members)
      }
      for (const trace of more) if (traces.size < maxTraces) traces.add(trace)
    },
    ticks: () => ticks,
    take: () => {
      if (ticks === 0) return undefined
      const segment = { worldId, fromTick, toTick: lastTick, parts, traces: [...traces] }
      parts = new Map()
      traces = new Set()
      ticks = 0
      return segment
    },
  }
}

const appendTick = (
  rows: TickRows,
  tick: number,
  bodies: TickBatch['bodies'],
  members: readonly number[],
): void => {
  reserveRows(rows, members.length)
  const { ids } = bodies
  for (const body of members) {
    const row = rows.count++
    rows.tick[row] = tick
    rows.x[row] = bodies.x[body]!
    rows.y[row] = bodies.y[body]!
    rows.z[row] = bodies.z[body]!
    rows.activity[row] = bodies.activity[body]!
    rows.jitter[row] = bodies.jitter[body]!
    rows.entity[row] = internBytes(rows.ids, ids.arena, idStart(ids, body), idLength(ids, body))
  }
}
