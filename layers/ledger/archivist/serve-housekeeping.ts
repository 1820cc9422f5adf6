import { postgresLedgerStore } from '../adapters/postgres.ts'
import type { EngineContext } from '../engine.ts'
import { readLag } from '../postgres/read-lag.ts'
import { replayCommits } from '../replay/replay-commits.ts'
import { verifyAsJob } from '../verify/verify-world.ts'
import { keepHouse } from './housekeeping.ts'
import { ringHousekeeping } from './housekeeping-bell.ts'

/** Of one go, within the time that a function has for it. */
const budgetMs = 60_000

/** Keeps house for some time, and measures; where there is something left it rings for who goes on. */
export const serveHousekeeping = async (context: EngineContext): Promise<void> => {
  const { pool, objects, queue, newId, log, metrics } = context
  for (const { layer, lag } of await readLag(pool)) metrics.gauge('orrery_ledger_lag_ticks', lag, { layer })
  const { isDone } = await keepHouse({
    ...{ pool, objects, log, signal: AbortSignal.timeout(budgetMs) },
    store: postgresLedgerStore({ pool, archive: objects, newId }),
    replay: (key, from, to) => replayCommits({ pool, objects }, key, from, to),
    verify: (world, layer) => verifyAsJob({ pool, objects, withinMs: budgetMs }, world, layer),
  })
  if (!isDone) await ringHousekeeping(queue, 'now')
}
