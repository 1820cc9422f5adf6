import type { EntityName } from './entity-cache.ts'
import { createReadCounts } from './read-counts.ts'

export interface WarmerOptions {
  /** Loads entities of one world in one statement and puts them into the cache. */
  reload(names: EntityName[]): Promise<void>
  reportFault(error: unknown): void
  /** Time between two statements; default 200. */
  everyMs?: number
  /** Entities of a statement at most; default 100. */
  batch?: number
  /** Reads that make an entity hot; default 3. */
  hotReads?: number
}

/** Loads again what is read often as soon as events have changed it, so that the next read hits. */
export interface Warmer {
  read(name: EntityName): void
  /** Events touched it, and the cache has been told. */
  touched(name: EntityName): void
  /** Ends with what is being loaded. */
  stop(): Promise<void>
}

/** Waiting at once; others are loaded when they are read. */
const waitingLimit = 1_000

export const createWarmer = (options: WarmerOptions): Warmer => {
  const { reload, reportFault, everyMs = 200, batch = 100, hotReads = 3 } = options
  const counts = createReadCounts()
  const waiting = new Map<string, EntityName>()
  let timer: NodeJS.Timeout | undefined
  let loading: Promise<void> = Promise.resolve()
  let isStopped = false

  const schedule = (): void => {
    if (timer !== undefined || isStopped || waiting.size === 0) return
    timer = setTimeout(() => {
      loading = reload(takeHottest(waiting, counts.estimate, batch))
        .catch(reportFault)
        .then(() => {
          timer = undefined
          schedule()
        })
    }, everyMs)
    // nobody waits for it to end
    timer.unref()
  }

  return {
    read: (name) => counts.add(keyOf(name)),
    touched: (name) => {
      const key = keyOf(name)
      if (waiting.size >= waitingLimit || counts.estimate(key) < hotReads) return
      waiting.set(key, name)
      schedule()
    },
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await loading
    },
  }
}

const keyOf = ({ tenantId, worldId, entityId }: EntityName): string =>
  JSON.stringify([tenantId, worldId, entityId])

/** Takes the hottest and the next hottest of its world: a statement sees one tenant, and is about one world. */
export const takeHottest = (
  waiting: Map<string, EntityName>,
  estimate: (key: string) => number,
  limit: number,
): EntityName[] => {
  const byHeat = [...waiting]
    .map(([key, name]) => ({ key, name, reads: estimate(key) }))
    .sort((a, b) => b.reads - a.reads)
  const first = byHeat[0]?.name
  const taken = byHeat
    .filter(({ name }) => name.worldId === first?.worldId && name.tenantId === first.tenantId)
    .slice(0, limit)
  for (const { key } of taken) waiting.delete(key)
  return taken.map(({ name }) => name)
}
