import type pg from 'pg'
import { beginWithin, inTransaction } from '#platform/postgres/pool'
import { loadDerivingRules } from '../rules/postgres.ts'
import { ruleTable } from '../rules/rule-table.ts'
import { inputsDigest } from './inputs.ts'
import { type IdentityOperation, indexOperations } from './operations.ts'
import { loadOperations } from './postgres/bindings.ts'
import { loadEventsNamed, type StoredEvent } from './postgres/load-events.ts'
import { lockProjection } from './postgres/lock.ts'
import { eventsOfEntities } from './postgres/names.ts'
import { loadProgress, type Progress, type StepProgress, storeProgress } from './postgres/progress.ts'
import type { DerivationScope } from './scope.ts'

/** What a step of a world's projection finds, with the world's projection locked. */
export interface Step {
  client: pg.PoolClient
  progress: Progress
  /** Changes the progress, when the step is done. */
  keep(change: Partial<StepProgress>): void
  /** Digest of the rules and settings as they are now. */
  inputs: string
  operations: IdentityOperation[]
  scopeOf(generation: number): DerivationScope
}

/**
 * Runs one step in a transaction of its own, which nobody else's step of the same world overlaps; undefined for a world
 * without chronicles. The row of chronicle_progress is written in the end and at once committed: whoever records chronicle
 * events writes to it as well, with the world locked.
 *
 * @throws ProjectionBusy
 */
export const inStep = <T>(
  pool: pg.Pool,
  worldId: string,
  timeoutMs: number,
  work: (step: Step) => Promise<T>,
): Promise<T | undefined> =>
  inTransaction(
    pool,
    async (client) => {
      await lockProjection(client, worldId)
      // every statement finds its rows by an index, whatever the statistics say of tables that have just been filled
      await client.query('SET LOCAL enable_seqscan = off')
      const progress = await loadProgress(client, worldId)
      if (progress === undefined) return undefined
      const rules = await loadDerivingRules(client, worldId)
      const operations = await loadOperations(client, worldId)
      const { tenantId, settings, generation: liveGeneration } = progress
      const changes: Partial<StepProgress> = {}
      const common = {
        ...{ worldId, tenantId, settings, liveGeneration },
        rules: ruleTable(rules),
        operations: indexOperations(operations),
      }
      const done = await work({
        ...{ client, progress, operations },
        keep: (change) => void Object.assign(changes, change),
        inputs: inputsDigest(rules, settings),
        scopeOf: (generation) => ({ ...common, generation }),
      })
      if (Object.keys(changes).length > 0) await storeProgress(client, worldId, { ...progress, ...changes })
      return done
    },
    beginWithin(timeoutMs),
  )

/** Number of the last operation; 0: there is none. */
export const lastOperation = (operations: readonly IdentityOperation[]): number =>
  operations.at(-1)?.number ?? 0

/** The events in which somebody is somebody else by the operations after the one of that number. */
export const eventsOfOperations = async (
  { client, operations, progress }: Step,
  scope: DerivationScope,
  taken: number,
): Promise<StoredEvent[]> => {
  const fresh = operations.filter(({ number }) => number > taken)
  if (fresh.length === 0) return []
  const merged = fresh.flatMap((operation) => (operation.kind === 'merge' ? [operation.from] : []))
  const split = fresh.flatMap((operation) => (operation.kind === 'split' ? operation.events : []))
  const names = [...(await eventsOfEntities(client, scope, merged)), ...split]
  const events = await loadEventsNamed(client, progress.worldId, names)
  return events.filter(({ retracted }) => !retracted)
}

/** Each event once. */
export const distinctEvents = (events: readonly StoredEvent[]): StoredEvent[] => [
  ...new Map(events.map((event) => [`${event.chronicleId}\u0001${event.eventId}`, event])).values(),
]
