import type { ProjectionContext } from './context.ts'
import type { Difference } from './difference.ts'
import { findUnverifiedWorld } from './postgres/due-worlds.ts'
import { projectWorld } from './project-world.ts'
import { verifyStep } from './verify.ts'

/** A world that changes is compared with its chronicles once in this time. */
const everyMs = 86_400_000
/** Named in the log; the rest is counted. */
const namedDifferences = 20

/**
 * Compares worlds with their chronicles, one after the other, as long as `goesOn` and one is due. What is not finished
 * goes on the next time. Answers how many it has compared.
 *
 * @throws ProjectionBusy
 */
export const verifyDue = async (context: ProjectionContext, goesOn: () => boolean): Promise<number> => {
  let verified = 0
  while (goesOn()) {
    const before = new Date(context.now().getTime() - everyMs)
    const worldId = await findUnverifiedWorld(context.pool, before)
    if (worldId === undefined || !(await verifyOne(context, worldId, goesOn))) break
    verified++
  }
  return verified
}

const verifyOne = async (
  context: ProjectionContext,
  worldId: string,
  goesOn: () => boolean,
): Promise<boolean> => {
  const named: Difference[] = []
  const found = (difference: Difference) => {
    if (named.length < namedDifferences) named.push(difference)
  }
  while (goesOn()) {
    const run = await projectWorld(context, worldId, { goesOn })
    if (run.state !== 'done') return false
    const step = await verifyStep(context, worldId, found)
    if (step?.state !== 'verified') continue
    if (step.differences > 0) report(context, worldId, step.differences, named)
    return true
  }
  return false
}

const report = (
  { log }: ProjectionContext,
  worldId: string,
  differences: number,
  named: readonly Difference[],
): void => {
  const fields = named.map(({ entityId, relationship, field }) =>
    relationship === undefined
      ? `${entityId} ${field}`
      : `${entityId} ${relationship.type} ${relationship.targetId} ${field}`,
  )
  log(`chronicle: ${worldId}: ${differences} fields are not as its chronicles have them`, {
    ...{ level: 'error', world: worldId, differences: fields },
  })
}
