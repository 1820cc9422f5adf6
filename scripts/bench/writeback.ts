import type pg from 'pg'
import { type Bodies, columns, flag } from '#physics/bodies'
import { createGate } from '#physics/gate'
import { hydrateFromRows } from '#physics/hydrate-rows'
import { acquireLease } from '#physics/lease'
import {
  settleWritten,
  takeDirty,
  type WriteBackTarget,
  writeBack,
  writeBackConnections,
  writeBackPoolOptions,
} from '#physics/write-back'
import { idString } from '#platform/arrays/id-table'
import { atLeast, type Bench, figure, median } from './harness.ts'
import { type PhysicsDatabase, startPhysicsDatabase } from './physics-database.ts'

const bodies = 200_000
const chunkRows = 5_000
const runs = 7

const bareText = `
  UPDATE entity_physics_state s SET tick = $12, x = u.x, y = u.y, z = u.z, vx = u.vx, vy = u.vy, vz = u.vz,
    mass = u.mass, activity = u.activity, jitter = u.jitter, anchored = u.anchored
  FROM unnest($2::text[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[], $8::float8[],
    $9::float8[], $10::float8[], $11::float8[], $13::bool[])
    AS u (entity_id, x, y, z, vx, vy, vz, mass, activity, jitter, anchored)
  WHERE s.world_id = $1 AND s.entity_id = u.entity_id`

/** The peer: the same rows by the same number of connections and rows a statement, with pg's own array parameters and no fence. */
const bareUpdate = async (pool: pg.Pool, worldId: string, state: Bodies, tick: number): Promise<number> => {
  const started = performance.now()
  const starts = Array.from({ length: Math.ceil(bodies / chunkRows) }, (_, chunk) => chunk * chunkRows)
  const worker = async (): Promise<void> => {
    for (let from = starts.shift(); from !== undefined; from = starts.shift()) {
      const to = from + chunkRows
      const ids = Array.from({ length: chunkRows }, (_, index) => idString(state.ids, from! + index))
      const doubles = columns.map((column) => Array.from(state[column].subarray(from, to)))
      const anchored = Array.from(state.flags.subarray(from, to), (flags) => (flags & flag.anchored) !== 0)
      await pool.query({ name: 'bare', text: bareText, values: [worldId, ids, ...doubles, tick, anchored] })
    }
  }
  await Promise.all(Array.from({ length: writeBackConnections }, worker))
  return performance.now() - started
}

const shake = (state: Bodies, tick: number): void => {
  for (let body = 0; body < state.count; body++) {
    state.x[body] += 0.001 * tick
    state.vx[body] = 0.01 * tick
    state.flags[body] |= flag.dirty
  }
}

/** Update the table from where the last run left it: without dead rows, and with every page in memory. */
const settle = async ({ admin }: PhysicsDatabase): Promise<void> => {
  await admin.query('VACUUM ANALYZE entity_physics_state')
  await admin.query('CHECKPOINT')
}

/** Changed physics states a second through the fenced write-back, beside a bare UPDATE on as many connections. */
export const bench: Bench = {
  name: 'writeback',
  run: async (log) => {
    log(`making ${bodies} bodies…`)
    const database = await startPhysicsDatabase(bodies)
    try {
      const options = { max: writeBackConnections }
      const [barePool, pool] = [
        database.pool(options),
        database.pool({ ...options, ...writeBackPoolOptions }),
      ]
      const holder = { id: 'bench', slot: 0, address: '', ttlMs: 600_000 }
      const lease = (await acquireLease(database.pool(), database.worldId, holder))!
      const simulation = await hydrateFromRows(database.pool(), database, undefined)
      const target: WriteBackTarget = { pool, gate: createGate(), lease }
      const retry = {
        signal: new AbortController().signal,
        report: (error: unknown) => {
          throw error
        },
      }
      const [bare, fenced]: number[][] = [[], []]
      for (let run = -1; run < runs; run++) {
        const tick = 2 * run + 10
        shake(simulation.bodies, tick)
        await settle(database)
        const bareMs = await bareUpdate(barePool, database.worldId, simulation.bodies, tick)
        await settle(database)
        shake(simulation.bodies, tick + 1)
        simulation.tick = tick + 1
        const started = performance.now()
        const cut = takeDirty(simulation, 0)
        await writeBack(target, cut, retry)
        settleWritten(simulation)
        const fencedMs = performance.now() - started
        if (run < 0) continue
        bare.push(bodies / (bareMs / 1_000))
        fenced.push(bodies / (fencedMs / 1_000))
        log(
          `run ${run + 1}: bare ${bare.at(-1)!.toFixed(0)} rows/s, write-back ${fenced.at(-1)!.toFixed(0)} rows/s`,
        )
      }
      const ratios = fenced.map((rate, run) => rate / bare[run])
      return {
        figures: [
          figure(`bare UPDATE, ${writeBackConnections} connections`, 'rows/s', bare),
          figure(`fenced write-back, ${writeBackConnections} connections`, 'rows/s', fenced),
          figure('write-back ÷ bare UPDATE', '', ratios),
        ],
        goals: [atLeast('write-back ÷ bare UPDATE', median(ratios), 0.7)],
      }
    } finally {
      await database.stop()
    }
  },
}
