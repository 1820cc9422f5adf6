import { type ArchiveContext, archiveOld } from './archive-old.ts'
import { type JobContext, runLedgerJobs } from './jobs.ts'
import { type PruneContext, pruneSegments } from './prune-segments.ts'

export type HousekeepingContext = ArchiveContext & PruneContext & JobContext

/**
 * Jobs of administrators, then commits that are old enough for the archive, then ticks that are kept no longer. It may be
 * called by any number of processes at any time.
 */
export const keepHouse = async (context: HousekeepingContext): Promise<void> => {
  const { log } = context
  await runLedgerJobs(context)
  const { archives, commits, bytes } = await archiveOld(context)
  const segments = await pruneSegments(context)
  if (archives > 0)
    log(`ledger: ${commits} commits went to the archive, ${archives} objects of ${bytes} bytes`, {
      level: 'info',
    })
  if (segments > 0) log(`ledger: ${segments} segments of ticks are kept no longer`, { level: 'info' })
}
