import { runErasures } from '#retention/erase/run-erasures'
import { runRetention } from '#retention/run'
import { postgresLedgerStore } from '../adapters/postgres.ts'
import type { EngineContext } from '../engine.ts'
import { readLag } from '../postgres/read-lag.ts'
import { replayCommits } from '../replay/replay-commits.ts'
import { verifyAsJob } from '../verify/verify-world.ts'
import { keepHouse } from './housekeeping.ts'
import { ringHousekeeping } from './housekeeping-bell.ts'

/** Of one go, within the time that a function has for it. */
const budgetMs = 60_000

/**
 * Keeps house for some time, and measures: the ledger's own, then old data of all worlds (docs/retention.md). Where there is
 * something left it rings for who goes on.
 */
export const serveHousekeeping = async (context: EngineContext): Promise<void> => {
  const { pool, objects, queue, newId, now, log, metrics } = context
  for (const { layer, lag } of await readLag(pool)) metrics.gauge('orrery_ledger_lag_ticks', lag, { layer })
  const signal = AbortSignal.timeout(budgetMs)
  await keepHouse({
    ...{ pool, objects, log, signal },
    store: postgresLedgerStore({ pool, archive: objects, newId }),
    replay: (key, from, to) => replayCommits({ pool, objects }, key, from, to),
    verify: (world, layer) => verifyAsJob({ pool, objects, withinMs: budgetMs }, world, layer),
  })
  if (context.acting !== undefined)
    await runErasures({ pool, objects, now, newId, signal, log, writer: context.acting.writer })
  const { archived, expired } = await runRetention({ pool, objects, now, newId, signal }, (error, world) =>
    log(`retention: ${(error as Error).message}`, { level: 'error', world }),
  )
  if (archived + expired > 0)
    log(`retention: ${archived} rows went to the archive, ${expired} expired`, { level: 'info' })
  if (signal.aborted) await ringHousekeeping(queue, 'now')
}
