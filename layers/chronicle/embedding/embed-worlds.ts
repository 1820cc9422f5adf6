import type pg from 'pg'
import type { Log } from '#platform/telemetry/log'
import type { Metrics } from '#platform/telemetry/metrics'
import { embedPending } from './embed-pending.ts'
import type { Embedder } from './embedder.ts'

export interface EmbeddingParts {
  /** As orrery_background. */
  pool: pg.Pool
  embedder: Embedder
  log: Log
  metrics?: Metrics | undefined
  /** In milliseconds, of any beginning; default the process's own clock. */
  nowMs?: () => number
}

/** Embeds the events of worlds beside other work, which it never fails. */
export interface Embedding {
  /** Name of its embedder. */
  readonly name: string
  /** Answers whether there is more to do and it can be gone on with at once. Never rejects. */
  embedWorld(worldId: string, goesOn: () => boolean): Promise<boolean>
}

/** Of one world and bell; the bells of others wait meanwhile. */
const turnMs = 10_000
/** Events after which the time is looked at. */
const stepEvents = 1_024
/** After a failure nobody is asked for so long: an embedder that is away takes seconds to say so. */
const pauseMs = 30_000

export const createEmbedding = (parts: EmbeddingParts): Embedding => {
  const { pool, embedder, log, metrics, nowMs = () => performance.now() } = parts
  let pausedUntilMs = Number.NEGATIVE_INFINITY
  const embed = async (worldId: string, goesOn: () => boolean): Promise<boolean> => {
    const endMs = nowMs() + turnMs
    while (goesOn() && nowMs() < endMs) {
      const { embedded, isDone } = await embedPending({ pool, embedder }, worldId, { maxEvents: stepEvents })
      metrics?.count('orrery_chronicle_embedded_events_total', embedded)
      if (isDone) return false
    }
    return true
  }
  return {
    name: embedder.name,
    embedWorld: async (worldId, goesOn) => {
      if (nowMs() < pausedUntilMs) return false
      try {
        return await embed(worldId, goesOn)
      } catch (error) {
        pausedUntilMs = nowMs() + pauseMs
        log(`chronicle: events are not embedded: ${(error as Error).message}`, { world: worldId })
        metrics?.count('orrery_chronicle_embedding_failures_total', 1)
        return false
      }
    },
  }
}
