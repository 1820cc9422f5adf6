import type { ProjectionContext } from '#chronicle/projection/context'
import { rebuildStep } from '#chronicle/projection/rebuild'
import { stateHash } from '#chronicle/projection/state-hash'
import { showProgress } from '../import/progress.ts'
import type { ChronicleCommand } from './command.ts'
import { patiently } from './patiently.ts'

/** Derives everything anew beside what holds, step by step; whoever projects the world meanwhile comes in between. */
export const rebuild = async (
  context: ProjectionContext,
  { worldId, name }: { worldId: string; name: string },
  { out, err, progress }: ChronicleCommand,
): Promise<number> => {
  const bar = showProgress(undefined, progress)
  let events = 0
  try {
    for (;;) {
      const step = await patiently(() => rebuildStep(context, worldId))
      if (step === undefined) {
        err(`${name}: it has no chronicles`)
        return 2
      }
      events += step.events
      bar.update(events, events)
      if (step.state === 'building') continue
      out(`${name}: ${step.commands} changes of the world, ${step.refused} refused`)
      out(`state hash ${await stateHash(context.pool, worldId)}`)
      return 0
    }
  } finally {
    bar.end()
  }
}
