import { distinctEvents, eventsOfOperations, lastOperation, type Step } from './begin-step.ts'
import { defaultOptions, type ProjectionContext } from './context.ts'
import { deriveBatch } from './derive-batch.ts'
import { findBatchEnd, loadEventsOfRange } from './postgres/load-events.ts'
import type { Shadow, ShadowPurpose } from './postgres/progress.ts'
import { openShadow, removeGenerations, storeShadow } from './postgres/shadow.ts'

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
  const { client, progress, inputs, operations } = step
  const { worldId, recordedSeq, generation, shadow: known } = progress
  const operationsTaken = lastOperation(operations)
  const isSame = known !== null && known.purpose === purpose && known.inputs === inputs
  const shadow = isSame ? known : await openShadow(client, worldId, purpose, inputs, operationsTaken)
  if (!isSame) await removeGenerations(client, worldId, [generation])
  const scope = step.scopeOf(shadow.generation)
  const limit = options?.batchEvents ?? defaultOptions.batchEvents
  const toSeq = await findBatchEnd(client, worldId, shadow.seq, recordedSeq, limit)
  const events = distinctEvents([
    ...(await eventsOfOperations(step, scope, shadow.operationsTaken)),
    ...(await loadEventsOfRange(client, worldId, shadow.seq, toSeq)),
  ])
  await deriveBatch(client, pool, scope, events)
  await storeShadow(client, worldId, toSeq, operationsTaken)
  return {
    shadow: { ...shadow, seq: toSeq, operationsTaken },
    events: events.length,
    isComplete: toSeq >= recordedSeq,
  }
}
