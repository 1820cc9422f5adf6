import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { createCopyReader } from '#physics/copy-reader'
import { hydrateFromRows } from '#physics/hydrate-rows'
import { simulationBytes } from '#physics/simulation'
import { currentTree } from '#physics/space'
import { collectGarbage } from './garbage.ts'
import { atMost, type Bench, figure, median } from './harness.ts'
import { startPhysicsDatabase } from './physics-database.ts'

const bodies = 1_000_000
const runs = 7

/** The peer: the same rows by binary COPY into typed arrays and one arena of ids, and nothing else. */
const bareCopy = async (pool: pg.Pool, worldId: string): Promise<number> => {
  const doubles = Array.from({ length: 9 }, () => new Float64Array(bodies))
  const anchored = new Uint8Array(bodies)
  const offsets = new Uint32Array(bodies)
  const arena = new Uint8Array(bodies * 20)
  let row = 0
  let used = 0
  const reader = createCopyReader(11, (bytes, view, offset) => {
    const length = view.getInt32(offset)
    for (let byte = 0; byte < length; byte++) arena[used + byte] = bytes[offset + 4 + byte]
    offsets[row] = used
    used += length
    let at = offset + 4 + length
    for (let column = 0; column < 9; column++, at += 12) doubles[column][row] = view.getFloat64(at + 4)
    anchored[row++] = view.getUint8(at + 4)
  })
  const client = await pool.connect()
  try {
    const started = performance.now()
    const query = `SELECT entity_id, x, y, z, vx, vy, vz, mass, activity, jitter, anchored
      FROM entity_physics_state WHERE world_id = '${worldId}'`
    for await (const chunk of client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`)))
      reader.push(chunk)
    reader.end()
    if (row !== bodies) throw new Error(`${row} rows`)
    return performance.now() - started
  } finally {
    client.release()
  }
}

const usedBytes = (): number => {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

interface Hydration {
  ms: number
  measuredBytes: number
  reportedBytes: number
}

const hydrateOnce = async (
  pool: pg.Pool,
  database: { worldId: string; tenantId: string },
): Promise<Hydration> => {
  const before = usedBytes()
  const started = performance.now()
  const simulation = await hydrateFromRows(pool, database, undefined)
  const tree = await currentTree(simulation)
  const ms = performance.now() - started
  const measuredBytes = usedBytes() - before
  // asked last, so that nothing of it is garbage yet when it is measured
  if (tree.count !== bodies) throw new Error(`${tree.count} bodies`)
  return { ms, measuredBytes, reportedBytes: simulationBytes(simulation) }
}

/** From the rows in PostgreSQL to a world whose octree is ready, beside a bare COPY of the same rows. */
export const bench: Bench = {
  name: 'hydrate',
  run: async (log) => {
    log(`making ${bodies} bodies…`)
    const database = await startPhysicsDatabase(bodies)
    try {
      const pool = database.pool()
      const [bare, hydrate, bytes, counted]: number[][] = [[], [], [], []]
      // the first of each warms up; the two take turns, so that a busy machine is busy for both
      for (let run = -1; run < runs; run++) {
        collectGarbage()
        const bareMs = await bareCopy(pool, database.worldId)
        const hydrated = await hydrateOnce(pool, database)
        if (run < 0) continue
        bare.push(bareMs)
        hydrate.push(hydrated.ms)
        bytes.push(hydrated.measuredBytes / bodies)
        counted.push(hydrated.reportedBytes / bodies)
        log(`run ${run + 1}: bare COPY ${bareMs.toFixed(0)} ms, hydrated in ${hydrated.ms.toFixed(0)} ms`)
      }
      const ratios = hydrate.map((ms, run) => ms / bare[run])
      return {
        figures: [
          figure('bare binary COPY into typed arrays', 'ms', bare),
          figure('rows to octree ready', 'ms', hydrate),
          figure('rows to octree ready ÷ bare COPY', '', ratios),
          figure('memory, measured', 'bytes/body', bytes),
          figure('memory, as the service reports it', 'bytes/body', counted),
        ],
        goals: [
          atMost('rows to octree ready ÷ bare COPY', median(ratios), 1.5),
          // what the run before left may be collected in the midst of a measurement: the largest one counts
          atMost('memory a body, largest', Math.max(...bytes, ...counted), 150),
        ],
      }
    } finally {
      await database.stop()
    }
  },
}
