import { distinctEvents, eventsOfOperations, lastOperation, type Step } from './begin-step.ts'
import { defaultOptions, type ProjectionContext } from './context.ts'
import { deriveBatch } from './derive-batch.ts'
import { findBatchEnd, loadEventsOfRange } from './postgres/load-events.ts'
import type { Shadow, ShadowPurpose } from './postgres/progress.ts'
import { removeGenerations } from './postgres/remove-generations.ts'

export interface ShadowBatch {
  shadow: Shadow
  events: number
  /** Whether it has everything that was recorded; then it may be switched to, or compared with. */
  isComplete: boolean
}

/**
 * Derives the next events of a generation beside the one that holds, from none on, without touching the world. One that
 * was begun for the same and by the same rules is gone on with.
 */
export const buildShadow = async (
  { pool, options }: ProjectionContext,
  step: Step,
  purpose: ShadowPurpose,
): Promise<ShadowBatch> => {
  const { client, progress, inputs, operations, keep } = step
  const { worldId, recordedSeq, generation, lastGeneration, shadow: known } = progress
  const operationsTaken = lastOperation(operations)
  const isSame = known !== null && known.purpose === purpose && known.inputs === inputs
  const before = isSame ? known : { generation: lastGeneration + 1, purpose, inputs, seq: 0, operationsTaken }
  if (!isSame) await removeGenerations(client, worldId, [generation])
  const scope = step.scopeOf(before.generation)
  const limit = options?.batchEvents ?? defaultOptions.batchEvents
  const toSeq = await findBatchEnd(client, worldId, before.seq, recordedSeq, limit)
  const events = distinctEvents([
    ...(await eventsOfOperations(step, scope, before.operationsTaken)),
    ...(await loadEventsOfRange(client, worldId, before.seq, toSeq)),
  ])
  await (await deriveBatch(client, pool, scope, events, before.seq)).stored
  const shadow = { ...before, seq: toSeq, operationsTaken }
  keep({ shadow, ...(isSame ? {} : { lastGeneration: before.generation }) })
  return { shadow, events: events.length, isComplete: toSeq >= recordedSeq }
}
