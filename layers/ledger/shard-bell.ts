import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { Queue } from '#platform/queue/queue'
import { layerNames } from './settings.ts'

const shardWork = z.object({
  worldId: z.uuid(),
  tenantId: z.string(),
  layer: z.enum(layerNames),
  shard: z.string(),
})

/** A bell: this shard may have something to do. It carries no data; the engine reads what there is. */
export type ShardWork = z.output<typeof shardWork>

/** undefined for what is no bell, which nobody can serve. */
export const parseShardWork = (body: string): ShardWork | undefined => {
  try {
    return shardWork.parse(JSON.parse(body))
  } catch {
    return undefined
  }
}

const concurrentSends = 16

/**
 * Rings for each shard, one group each. `reason` is new for each thing that there is to do (a segment, a watermark),
 * and the same when the same is rung for again: the queue then drops it.
 *
 * @throws what the queue throws, after all others have been rung for.
 */
export const ringShards = async (
  queue: Queue,
  works: readonly ShardWork[],
  reason: string,
): Promise<void> => {
  const waiting = [...works]
  const failures: unknown[] = []
  const ringAll = async (): Promise<void> => {
    for (let work = waiting.pop(); work !== undefined; work = waiting.pop())
      await ring(queue, work, reason).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: Math.min(concurrentSends, works.length) }, ringAll))
  if (failures.length > 0) throw failures[0]
}

const ring = (queue: Queue, work: ShardWork, reason: string): Promise<void> => {
  const name = `${work.worldId}/${work.layer}/${work.shard}`
  return queue.send({
    body: JSON.stringify(work),
    groupId: digest(name),
    deduplicationId: digest(`${name}/${reason}`),
  })
}

/** Names of shards have characters that queues refuse in ids. */
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
