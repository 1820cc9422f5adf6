import { applyTargets } from './apply.ts'
import { distinctEvents, eventsOfOperations, lastOperation, type Step } from './begin-step.ts'
import { defaultOptions, type ProjectionContext } from './context.ts'
import { deriveBatch } from './derive-batch.ts'
import { findBatchEnd, loadEventsOfRange } from './postgres/load-events.ts'

export interface BatchDone {
  /** Chronicle events that were derived. */
  events: number
  /** How far it is in the log. */
  seq: number
  commands: number
  refused: number
  /** Whether everything that was recorded when it began is projected now. */
  isCaughtUp: boolean
}

/**
 * Projects the next events of the generation that holds. The world is written in transactions of its own, before that of
 * the step ends: killed in between, the next run finds no differences.
 */
export const projectBatch = async (context: ProjectionContext, step: Step): Promise<BatchDone> => {
  const { pool, write, options } = context
  const { client, progress, inputs, operations, keep } = step
  const { worldId, tenantId, world, recordedSeq, projectedSeq, generation, asked } = progress
  const limit = options?.batchEvents ?? defaultOptions.batchEvents
  const toSeq = await findBatchEnd(client, worldId, projectedSeq, recordedSeq, limit)
  const scope = step.scopeOf(generation)
  const events = distinctEvents([
    ...(await eventsOfOperations(step, scope, progress.operationsTaken)),
    ...(await loadEventsOfRange(client, worldId, projectedSeq, toSeq)),
  ])
  const { targets, stored } = await deriveBatch(client, pool, scope, events, projectedSeq)
  const reason = `${projectedSeq}-${toSeq}`
  const applied = await applyTargets(
    client,
    pool,
    write,
    { worldId, tenantId, world, generation, reason },
    targets,
    stored,
  )
  keep({ projectedSeq: toSeq, inputs, operationsTaken: lastOperation(operations), answered: asked })
  return { events: events.length, seq: toSeq, ...applied, isCaughtUp: toSeq >= recordedSeq }
}
