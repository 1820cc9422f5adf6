import { isDatabaseUnavailable } from '#platform/postgres/pool'
import { inStep } from './begin-step.ts'
import { afterFailure, breakerPosition } from './breaker.ts'
import { defaultOptions, type ProjectionContext, switchTimeoutMs } from './context.ts'
import { storeFailure, storeRecovery } from './postgres/breaker.ts'
import { ProjectionBusy } from './postgres/lock.ts'
import { loadProgress, type Progress } from './postgres/progress.ts'
import { projectBatch } from './project-batch.ts'
import { rebuildWithin } from './rebuild.ts'

/** What became of a run over one world. */
export type ProjectionRun =
  /** Everything is projected; `more`: the run was ended before. */
  | { state: 'done' | 'more'; events: number; commands: number; refused: number }
  /** The world has no chronicles, or its setting `chronicle.project` is false. */
  | { state: 'none' | 'off' }
  /** It failed now, or did before and is left alone until then. */
  | { state: 'failed' | 'open'; retryAt: Date | null; error: string }

export interface RunOptions {
  /** Asked between batches. Default: until everything is projected. */
  goesOn?: () => boolean
  /** Told of each batch. */
  progress?: (batch: { events: number; commands: number; seq: number; recordedSeq: number }) => void
}

/**
 * Projects what a world's chronicles have recorded, batch by batch. Where the rules or settings have changed it derives
 * everything anew beside what holds and switches over. A failure is kept with the world, and after some in a row the
 * world is left alone for a while (the breaker); neither disturbs those who write and read chronicles.
 *
 * @throws ProjectionBusy; what PostgreSQL throws while it is away.
 */
export const projectWorld = async (
  context: ProjectionContext,
  worldId: string,
  run: RunOptions = {},
): Promise<ProjectionRun> => {
  const { pool, now, options } = context
  const progress = await loadProgress(pool, worldId)
  if (progress === undefined) return { state: 'none' }
  const limit = options?.failureLimit ?? defaultOptions.failureLimit
  if (breakerPosition(progress, limit, now()) === 'open')
    return { state: 'open', retryAt: progress.retryAt, error: progress.lastError ?? '' }
  try {
    const done = await projectAll(context, worldId, run)
    if (progress.failures > 0) await storeRecovery(pool, worldId)
    return done
  } catch (error) {
    if (error instanceof ProjectionBusy || isDatabaseUnavailable(error)) throw error
    return fail(context, worldId, error as Error)
  }
}

const projectAll = async (
  context: ProjectionContext,
  worldId: string,
  { goesOn = () => true, progress: tell }: RunOptions,
): Promise<ProjectionRun> => {
  const total = { events: 0, commands: 0, refused: 0 }
  for (;;) {
    const batch = await oneBatch(context, worldId)
    if (typeof batch === 'string') return { state: batch }
    total.events += batch.events
    total.commands += batch.commands
    total.refused += batch.refused
    context.metrics?.count('orrery_chronicle_projected_events_total', batch.events)
    tell?.(batch)
    if (batch.isDone) return { state: 'done', ...total }
    if (!goesOn()) return { state: 'more', ...total }
  }
}

interface Batch {
  events: number
  commands: number
  refused: number
  seq: number
  recordedSeq: number
  isDone: boolean
}

const nothing = { events: 0, commands: 0, refused: 0 }

const oneBatch = async (context: ProjectionContext, worldId: string): Promise<Batch | 'none' | 'off'> => {
  const batch = await inStep(context.pool, worldId, switchTimeoutMs, async (step): Promise<Batch | 'off'> => {
    const { progress, inputs } = step
    const { recordedSeq } = progress
    if (!progress.settings.project) return 'off'
    if (progress.inputs !== null && progress.inputs !== inputs) {
      const built = await rebuildWithin(context, step)
      return { ...built, recordedSeq, isDone: built.state === 'switched' }
    }
    if (isUpToDate(progress)) return { ...nothing, seq: progress.projectedSeq, recordedSeq, isDone: true }
    const done = await projectBatch(context, step)
    return { ...done, recordedSeq, isDone: done.isCaughtUp }
  })
  return batch ?? 'none'
}

const isUpToDate = ({ recordedSeq, projectedSeq, asked, answered, inputs }: Progress): boolean =>
  projectedSeq >= recordedSeq && asked === answered && inputs !== null

const fail = async (context: ProjectionContext, worldId: string, error: Error): Promise<ProjectionRun> => {
  const { pool, now, log, metrics, options } = context
  // another process may have failed meanwhile
  const failures = (await loadProgress(pool, worldId))?.failures ?? 0
  const state = afterFailure(failures, { ...defaultOptions, ...options }, now())
  await storeFailure(pool, worldId, state, error.message)
  log(`chronicle: ${worldId}: ${error.message}`, { world: worldId })
  metrics?.count('orrery_chronicle_projection_failures_total', 1)
  return { state: 'failed', retryAt: state.retryAt, error: error.message }
}
