import type pg from 'pg'
import { loadProgress } from '../projection/postgres/progress.ts'
import type { ChronicleSettings } from '../settings.ts'
import { ecsSource } from './ecs-source.ts'
import { chronicleSource } from './from-chronicle.ts'
import type { QuestionSource } from './source.ts'

/** How far an answer can be relied on. */
export interface Reliance {
  source: 'ecs' | 'chronicle'
  /** Entities could not be asked: it was dug out of the chronicles, and what others did to entities is not in it. */
  degraded: boolean
  /** off: the world's setting; failing: the projection; unreadable: the entities could not be read. */
  reason?: 'off' | 'failing' | 'unreadable'
  /** seq of the last event of the log that recorded chronicle events, and of the last one that is projected. */
  recordedSeq: number
  projectedSeq: number
}

export interface AskedWorld {
  worldId: string
  settings: { chronicle: ChronicleSettings }
}

/** The source that a world's questions are answered from now; `fromChronicle`: whatever the projection is like. */
export const openSource = async (
  client: pg.ClientBase,
  { worldId, settings: { chronicle: settings } }: AskedWorld,
  asOf: number | null,
  fromChronicle = false,
): Promise<{ source: QuestionSource; reliance: Reliance }> => {
  const progress = await loadProgress(client, worldId)
  const { recordedSeq = 0, projectedSeq = 0, generation = 1, failures = 0 } = progress ?? {}
  const reason = fromChronicle
    ? ('unreadable' as const)
    : progress !== undefined && !settings.project
      ? ('off' as const)
      : failures > 0
        ? ('failing' as const)
        : undefined
  const source =
    reason === undefined
      ? ecsSource({ client, worldId, settings, generation, asOf })
      : await chronicleSource(client, { worldId, settings }, asOf)
  return {
    source,
    reliance: {
      ...{ source: source.name, degraded: reason !== undefined, recordedSeq, projectedSeq },
      ...(reason !== undefined && { reason }),
    },
  }
}
