import type { ProjectionContext } from '#chronicle/projection/context'
import type { Difference } from '#chronicle/projection/difference'
import { projectWorld } from '#chronicle/projection/project-world'
import { stateHash } from '#chronicle/projection/state-hash'
import { verifyStep } from '#chronicle/projection/verify'
import { showProgress } from '../import/progress.ts'
import type { ChronicleCommand } from './command.ts'
import { patiently } from './patiently.ts'

/** Compares the world with what its chronicle events alone come to; 1 where something differs. */
export const verify = async (
  context: ProjectionContext,
  { worldId, name }: { worldId: string; name: string },
  { out, err, progress }: ChronicleCommand,
): Promise<number> => {
  const bar = showProgress(undefined, progress)
  let events = 0
  try {
    for (;;) {
      const run = await patiently(() => projectWorld(context, worldId))
      if (run.state !== 'done') {
        err(`${name}: ${'error' in run ? run.error : 'its chronicles are not projected'}`)
        return 2
      }
      const step = await patiently(() => verifyStep(context, worldId, (found) => out(differenceLine(found))))
      events += step?.events ?? 0
      bar.update(events, events)
      if (step?.state !== 'verified') continue
      out(`${name}: ${step.differences} differences in ${step.targets} entities and relationships`)
      out(`state hash ${await stateHash(context.pool, worldId)}`)
      return step.differences === 0 ? 0 : 1
    }
  } finally {
    bar.end()
  }
}

const differenceLine = ({ entityId, relationship, field, expected, found }: Difference): string => {
  const what =
    relationship === undefined ? entityId : `${entityId} -${relationship.type}-> ${relationship.targetId}`
  return `${what}: ${field} should be ${JSON.stringify(expected)}, is ${JSON.stringify(found)}`
}
