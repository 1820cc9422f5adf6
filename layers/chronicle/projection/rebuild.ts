import { allTargets } from './all-targets.ts'
import { applyTargets } from './apply.ts'
import { inStep, type Step } from './begin-step.ts'
import { type ProjectionContext, switchTimeoutMs } from './context.ts'
import type { Shadow } from './postgres/progress.ts'
import { removeGenerations } from './postgres/remove-generations.ts'
import { buildShadow } from './shadow-step.ts'

export interface RebuildStep {
  /** `building`: there is more to derive; `switched`: what was built holds now. */
  state: 'building' | 'switched'
  events: number
  /** How far it is in the log. */
  seq: number
  commands: number
  refused: number
}

/**
 * One step of a rebuild: derives the next events beside what holds, or, when all are, switches over by the least commands
 * to the world. Chronicles and the world are written meanwhile as ever; a rebuild that was interrupted goes on. undefined
 * for a world without chronicles.
 *
 * @throws ProjectionBusy
 */
export const rebuildStep = (context: ProjectionContext, worldId: string): Promise<RebuildStep | undefined> =>
  inStep(context.pool, worldId, switchTimeoutMs, (step) => rebuildWithin(context, step))

export const rebuildWithin = async (context: ProjectionContext, step: Step): Promise<RebuildStep> => {
  const { shadow, events, isComplete } = await buildShadow(context, step, 'rebuild')
  const { seq } = shadow
  if (!isComplete) return { state: 'building', events, seq, commands: 0, refused: 0 }
  return { state: 'switched', events, seq, ...(await switchTo(context, step, shadow)) }
}

const switchTo = async (
  { pool, write }: ProjectionContext,
  { client, progress, keep }: Step,
  { generation, inputs, operationsTaken, seq }: Shadow,
): Promise<{ commands: number; refused: number }> => {
  const { worldId, tenantId, world, asked } = progress
  const scope = { worldId, tenantId, world, generation, reason: `switch-${seq}` }
  let commands = 0
  let refused = 0
  for await (const targets of allTargets(client, worldId, progress.generation, generation)) {
    const applied = await applyTargets(client, pool, write, scope, targets, Promise.resolve())
    commands += applied.commands
    refused += applied.refused
  }
  await removeGenerations(client, worldId, [generation])
  keep({ generation, inputs, operationsTaken, projectedSeq: seq, answered: asked, shadow: null })
  return { commands, refused }
}
