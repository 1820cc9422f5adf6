import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import type { WorldWriter } from '#world/writer'
import type { LargeWorld } from './fork-world.ts'

/** Latencies of single writes to the world, one after the other, until it is stopped; milliseconds. */
export const keepWriting = (writer: WorldWriter, { tenantId, name }: LargeWorld) => {
  const latencies: number[] = []
  let isStopped = false
  const run = async (): Promise<void> => {
    for (let value = 0; !isStopped; value++) {
      const entityId = `body-${String((value % 1_000) + 1).padStart(7, '0')}`
      const commands = [{ kind: 'set-parameter' as const, entityId, name: 'note', value }]
      const started = performance.now()
      const outcome = await writer.write({ tenantId, world: name, requestId: uuidv7(), commands })
      if (outcome.status === 'refused') throw new Error(outcome.refusal.detail)
      latencies.push(performance.now() - started)
      await sleep(5)
    }
  }
  const running = run()
  return {
    stop: async (): Promise<number[]> => {
      isStopped = true
      await running
      return latencies
    },
  }
}

const waitText = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - l.waitstart)), 0)::float8 * 1000 AS ms
  FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE NOT l.granted AND l.waitstart IS NOT NULL AND a.application_name = $1`

/** The longest that one of those connections was seen to wait for a lock until it is stopped; milliseconds. */
export const watchLocks = (admin: pg.Pool, applicationName: string) => {
  let longest = 0
  let isStopped = false
  const run = async (): Promise<void> => {
    while (!isStopped) {
      longest = Math.max(
        longest,
        (await admin.query<{ ms: number }>(waitText, [applicationName])).rows[0]!.ms,
      )
      await sleep(5)
    }
  }
  const running = run()
  return {
    stop: async (): Promise<number> => {
      isStopped = true
      await running
      return longest
    },
  }
}

/** Seconds of CPU since then of the connection, or the only one of a pool; undefined where the system does not say. */
export const watchCpu = async (connection: pg.Pool | pg.PoolClient): Promise<() => number | undefined> => {
  const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const before = cpuSecondsOf(rows[0]!.pid)
  return () => (before === undefined ? undefined : cpuSecondsOf(rows[0]!.pid)! - before)
}

/** Linux counts in hundredths of a second. */
const cpuSecondsOf = (pid: number): number | undefined => {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return undefined
  const fields = readFileSync(file, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
