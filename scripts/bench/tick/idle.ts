import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultPhysicsConfig } from '#physics/config'
import { createGate } from '#physics/gate'
import type { HeldWorld } from '#physics/held-world'
import { createHoldings, type Holdings } from '#physics/holdings'
import { every } from '#physics/loops'
import { writeBackConnections, writeBackPoolOptions } from '#physics/write-back'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { noMetrics } from '#platform/telemetry/metrics'
import { collectGarbage } from '../garbage.ts'
import type { PhysicsDatabase } from '../physics-database.ts'

const windows = 5
const windowMs = 2_000
const report = (error: unknown): never => {
  throw error
}

/**
 * Holds the world as the service does, with its loops, its renewals and its looking for other worlds, and lets
 * it be. Nothing in it is active and nobody asks. What PostgreSQL spends on that is not in it.
 *
 * @returns how much of one core this process has used, per cent, in each of five windows of two seconds.
 */
export const measureIdle = async (database: PhysicsDatabase): Promise<number[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-bench-objects-'))
  const holdings = createHoldings({
    ...{ control: database.pool(), loading: database.pool(), idleReleaseMs: Number.POSITIVE_INFINITY },
    ...{ activeOnly: false, worldsPerTask: Number.POSITIVE_INFINITY, overloadAfterMs: 0 },
    holder: () => ({ id: 'idle', slot: 0, address: '', ttlMs: defaultPhysicsConfig.leaseTtlMs }),
    world: {
      pool: database.pool(),
      writePool: database.pool({ max: writeBackConnections, ...writeBackPoolOptions }),
      ...{ objects: filesystemObjectStore(folder), sinks: undefined, gate: createGate() },
      ...{ options: defaultPhysicsConfig, metrics: noMetrics, nowMs: () => performance.now() },
      log: () => {},
    },
  })
  const ending = new AbortController()
  const often = (ms: number, work: () => Promise<void>) =>
    every({ ms, againMs: ms, signal: ending.signal, report }, work)
  const { renewEveryMs, scanEveryMs } = defaultPhysicsConfig
  const loops = [often(renewEveryMs, holdings.renew), often(scanEveryMs, holdings.takeOrphans)]
  try {
    const world = await untilHeld(holdings, database.worldId)
    // answered at a tick boundary, so after the first checkpoint
    const { active } = await world.status()
    if (active > 0) throw new Error('the world is not idle')
    collectGarbage()
    const shares: number[] = []
    while (shares.length < windows) shares.push(await cpuShare())
    return shares
  } finally {
    await holdings.stop(60_000)
    ending.abort()
    await Promise.all(loops)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The scan finds it: its log is longer than its tick log. */
const untilHeld = async (holdings: Holdings, worldId: string): Promise<HeldWorld> => {
  for (;;) {
    const world = holdings.find(worldId)
    if (world !== undefined && world !== 'starting') return world
    await sleep(50)
  }
}

const cpuShare = async (): Promise<number> => {
  const [before, started] = [process.cpuUsage(), performance.now()]
  await sleep(windowMs)
  const { user, system } = process.cpuUsage(before)
  return (100 * (user + system)) / 1_000 / (performance.now() - started)
}
