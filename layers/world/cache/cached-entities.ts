import type pg from 'pg'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { Metrics } from '#platform/telemetry/metrics'
import type { JsonObject, WorldEvent } from '../event.ts'
import type { EntityRecord } from '../read/entities.ts'
import type { EntityCache, EntityName } from './entity-cache.ts'
import { type ChangedWorld, touchedByEvents } from './invalidate.ts'
import { loadEntities } from './load-entities.ts'
import { measureReads } from './measure.ts'
import {
  type ReadThroughContext,
  readComponent,
  readWhole,
  type ThroughRead,
  versionsOf,
} from './read-entity.ts'
import { createWarmer } from './warm.ts'

export interface CachedEntitiesOptions {
  /** Undefined: none, and every read goes to the database. */
  cache: EntityCache | undefined
  /** As orrery_app. */
  pool: pg.Pool
  metrics?: Metrics | undefined
  /** The cache is away, or hot entities could not be loaded; everything goes on without. */
  reportFault(error: unknown): void
}

/** Entities of a process's worlds, read through its cache. */
export interface CachedEntities {
  /** As `readWhole`. */
  read(name: EntityName, maxStaleMs: number): Promise<ThroughRead<EntityRecord | undefined>>
  /** As `readComponent`. */
  readComponent(
    name: EntityName,
    type: string,
    maxStaleMs: number,
  ): Promise<ThroughRead<JsonObject | undefined>>
  /** Drops what these events changed, and has what is hot loaded again. Never rejects: the bound holds without it. */
  changed(world: ChangedWorld, events: readonly WorldEvent[]): Promise<void>
  close(): Promise<void>
}

const begin = 'BEGIN READ ONLY'

/** While the cache is away each read would tell of it. */
const faultMs = 10_000

const atMostEach = (ms: number, report: (error: unknown) => void): ((error: unknown) => void) => {
  let reportedAt = Number.NEGATIVE_INFINITY
  return (error) => {
    if (performance.now() - reportedAt < ms) return
    reportedAt = performance.now()
    report(error)
  }
}

export const createCachedEntities = (options: CachedEntitiesOptions): CachedEntities => {
  const { cache, pool, metrics } = options
  const reportFault = atMostEach(faultMs, options.reportFault)
  const loadAll = async (names: EntityName[], known: Record<string, number>[], checkedAt: number) => {
    const wanted = names.map(({ entityId }, index) => ({ entityId, known: known[index]! }))
    const world = names[0]!
    return inTenantTransaction(
      pool,
      world.tenantId,
      (client) => loadEntities(client, world, wanted, checkedAt),
      begin,
    )
  }
  const context: ReadThroughContext = {
    ...{ cache, reportFault },
    load: async (name, known, checkedAt) => (await loadAll([name], [known], checkedAt))[0],
    measure: cache === undefined ? () => {} : measureReads(metrics, cache.adapter),
  }
  const reload = async (names: EntityName[]): Promise<void> => {
    const checkedAt = await cache!.now()
    const found = await Promise.all(names.map((name) => cache!.get(name)))
    const known = found.map(({ entity }) => versionsOf(entity?.components ?? {}))
    await cache!.put(await loadAll(names, known, checkedAt))
  }
  const warmer = createWarmer({ reload, reportFault })
  return {
    read: (name, maxStaleMs) => {
      if (cache !== undefined) warmer.read(name)
      return readWhole(context, name, maxStaleMs)
    },
    readComponent: (name, type, maxStaleMs) => {
      if (cache !== undefined) warmer.read(name)
      return readComponent(context, name, type, maxStaleMs)
    },
    changed: async (world, events) => {
      if (cache === undefined) return
      const touched = touchedByEvents(world, events)
      if (touched.length === 0) return
      await cache.invalidate(touched).catch(reportFault)
      for (const { name } of touched) warmer.touched(name)
    },
    close: async () => {
      await warmer.stop()
      await cache?.close().catch(reportFault)
    },
  }
}
