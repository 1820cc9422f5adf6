import type { Queue } from '#platform/queue/queue'
import { ringDoorbell } from '#relay/doorbell'
import { listUnembeddedWorlds } from '../embedding/unembedded-worlds.ts'
import { ringVerification } from './bells.ts'
import { defaultOptions, type ProjectionContext } from './context.ts'
import { listWorldsBehind, readFigures } from './postgres/due-worlds.ts'
import { listUnpublishedWorlds } from './publish.ts'

const firstWorld = '00000000-0000-0000-0000-000000000000'

/**
 * Rings for every world with something to project that nobody projects, be it that a bell was lost or that the time of an
 * open breaker is over, for every world with something to embed, and for a comparison where one is due. Answers how many
 * worlds it rang for.
 */
export const sweepChronicles = async (
  { pool, now, metrics, options, embedding }: ProjectionContext,
  queue: Queue,
): Promise<number> => {
  let rung = await ringForAll(queue, (after) => listWorldsBehind(pool, now(), after))
  rung += await ringForAll(queue, (after) => listUnpublishedWorlds(pool, after))
  if (embedding !== undefined)
    rung += await ringForAll(queue, (after) => listUnembeddedWorlds(pool, embedding.name, after))
  const { failing, differences } = await readFigures(
    pool,
    options?.failureLimit ?? defaultOptions.failureLimit,
  )
  metrics?.gauge('orrery_chronicle_worlds_failing', failing)
  metrics?.gauge('orrery_chronicle_differences', differences)
  await ringVerification(queue)
  return rung
}

const ringForAll = async (queue: Queue, list: (after: string) => Promise<string[]>): Promise<number> => {
  let rung = 0
  for (let after = firstWorld; ; ) {
    const worlds = await list(after)
    if (worlds.length === 0) return rung
    for (const worldId of worlds) await ringDoorbell(queue, { worldId })
    rung += worlds.length
    after = worlds.at(-1)!
  }
}
