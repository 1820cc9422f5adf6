import { setTimeout as delay } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import { createPool, isDatabaseUnavailable } from '#platform/postgres/pool'
import { takeDueSnapshots } from '#world/auto-snapshot'

// the setting is in minutes
const everyMs = 10_000

/** Takes the scene snapshots that worlds want every so many minutes; `databaseUrl` as orrery_background. */
export const startSnapshotSchedule = (
  databaseUrl: string,
  log: (line: string) => void,
): { stop(): Promise<void> } => {
  const pool = createPool({ connectionString: databaseUrl, applicationName: 'orrery-snapshots', max: 1 })
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async () => {
    while (!signal.aborted) {
      try {
        await takeDueSnapshots(pool, new Date(), uuidv7)
      } catch (error) {
        if (!isDatabaseUnavailable(error)) log(`snapshots: ${(error as Error).message}`)
      }
      await delay(everyMs, undefined, { signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
      await pool.end()
    },
  }
}
