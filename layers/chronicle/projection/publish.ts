import type pg from 'pg'
import { inTransaction, prepared } from '#platform/postgres/pool'
import { lockConsumerCursor, storeConsumerCursor } from '#relay/consumer-cursor'
import { readEvents } from '#relay/read-events'
import { writeGroup } from '#world/write'
import type { ProjectionContext } from './context.ts'
import { systemChronicle, systemEvent } from './system-event.ts'

const consumer = 'chronicle-system'
/** Events of the log of one transaction. */
const batchEvents = 1_000

const selectBehind = `
  SELECT w.world_id, w.tenant_id, w.name FROM worlds w
  LEFT JOIN consumer_cursors c ON c.consumer = $1 AND c.world_id = w.world_id
  WHERE w.settings->'chronicle'->>'publishEntityEvents' = 'true' AND w.seq > coalesce(c.seq, w.fork_seq)
  ORDER BY w.world_id LIMIT 1000`

interface World {
  world_id: string
  tenant_id: string
  name: string
}

/**
 * Tells what others did to entities in the chronicle `system` of the worlds that want it, from the beginning of their logs
 * on and as long as `goesOn`. What comes from chronicles is not told again, and what is told changes no entity.
 */
export const publishEntityEvents = async (
  context: ProjectionContext,
  goesOn: () => boolean,
): Promise<void> => {
  const { rows } = await context.pool.query<World>(prepared(selectBehind, [consumer]))
  for (const world of rows) while (goesOn() && (await publishBatch(context, world)) === batchEvents);
}

/** Answers how many events of the log it has looked at. */
const publishBatch = ({ pool, write }: ProjectionContext, world: World): Promise<number> =>
  inTransaction(pool, async (client: pg.PoolClient) => {
    const { world_id: worldId, tenant_id: tenantId, name } = world
    const cursor = await lockConsumerCursor(client, consumer, worldId)
    if (cursor === undefined) return 0
    const events = await readEvents(client, worldId, cursor.seq, batchEvents)
    const last = events.at(-1)
    if (last === undefined) return 0
    const told = events.flatMap((event) => systemEvent(event) ?? [])
    if (told.length > 0) {
      const [outcome] = await writeGroup(write, [
        {
          ...{ tenantId, world: name, mustExist: true },
          requestId: `${consumer}:${worldId}:${cursor.seq}-${last.seq}`,
          commands: [{ kind: 'record-chronicle-events', chronicleId: systemChronicle, events: told }],
        },
      ])
      if (outcome!.status === 'refused') throw new Error(outcome!.refusal.detail)
    }
    await storeConsumerCursor(client, consumer, worldId, last.seq)
    return events.length
  })
