import type { Bench } from './harness.ts'
import { benchArchive } from './ledger-archive.ts'
import { benchGamma } from './ledger-gamma.ts'
import { benchLatency } from './ledger-latency.ts'
import { startLedgerStage } from './ledger-stage.ts'
import { benchThroughput } from './ledger-throughput.ts'

/** The ledger from stored ticks to a tile, with the engines' own code, a real database, queue and store. */
export const bench: Bench = {
  name: 'ledger',
  run: async (log) => {
    const stage = await startLedgerStage()
    try {
      const parts = []
      for (const part of [benchThroughput, benchLatency, benchGamma, benchArchive])
        parts.push(await part(stage, log))
      return {
        figures: parts.flatMap(({ figures }) => figures),
        goals: parts.flatMap(({ goals }) => goals),
      }
    } finally {
      await stage.stop()
    }
  },
}
