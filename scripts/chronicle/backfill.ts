import type { ProjectionContext } from '#chronicle/projection/context'
import { projectWorld } from '#chronicle/projection/project-world'
import { stateHash } from '#chronicle/projection/state-hash'
import { projectionStatus } from '#chronicle/projection/status'
import { inTransaction } from '#platform/postgres/pool'
import { showProgress } from '../import/progress.ts'
import type { ChronicleCommand } from './command.ts'
import { patiently } from './patiently.ts'

/** Projects what is recorded; each batch is a checkpoint. */
export const backfill = async (
  context: ProjectionContext,
  { worldId, name }: { worldId: string; name: string },
  { out, err, progress }: ChronicleCommand,
): Promise<number> => {
  const { lag } = await inTransaction(context.pool, (client) => projectionStatus(client, worldId))
  const bar = showProgress(lag, progress)
  let events = 0
  const run = await patiently(() =>
    projectWorld(context, worldId, {
      progress: (batch) => {
        events += batch.events
        bar.update(Math.min(events, lag), events)
      },
    }),
  ).finally(() => bar.end())
  if ('error' in run) {
    err(`${name}: ${run.error}`)
    return 1
  }
  if (!('commands' in run)) {
    err(`${name}: ${run.state === 'off' ? 'its setting chronicle.project is false' : 'it has no chronicles'}`)
    return 2
  }
  out(`${name}: ${events} chronicle events, ${run.commands} changes of the world, ${run.refused} refused`)
  out(`state hash ${await stateHash(context.pool, worldId)}`)
  return 0
}
