import type { Queue } from '#platform/queue/queue'
import { sendReminder } from '#world/snapshot-reminder'
import { type DatasetContext, serveDatasets } from './serve-datasets.ts'

export interface RingContext extends Omit<DatasetContext, 'isOver'> {
  /** The snapshots queue: what is left is rung for there. */
  queue: Queue
  /** Milliseconds after which no other part is begun. */
  budgetMs: number
  /** Aborted: no other part is begun either. */
  signal?: AbortSignal | undefined
}

/** Serves the datasets of a world, or of all, for a while, and rings again where something is left. */
export const createDatasetServer =
  ({ queue, budgetMs, signal, ...context }: RingContext) =>
  async (worldId: string | undefined): Promise<void> => {
    const startedAt = performance.now()
    const isOver = () => signal?.aborted === true || performance.now() - startedAt > budgetMs
    const isLeft = await serveDatasets({ ...context, isOver }, worldId)
    if (!isLeft) return
    await sendReminder(queue, worldId === undefined ? { all: true } : { datasets: worldId }, new Date())
  }
