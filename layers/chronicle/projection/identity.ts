import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { EventName } from './operations.ts'
import { askProjection } from './postgres/ask.ts'
import { lockBindings } from './postgres/bindings.ts'

/** At most so many of a world, and events of one split. */
export const operationLimits = { operations: 10_000, events: 5_000 }

/** The world has had all merges and splits that it may have. */
export class TooManyOperations extends Error {
  readonly code = 'too-many-operations'
}

const insertOperation = `
  INSERT INTO chronicle_bindings (world_id, number, tenant_id, kind, from_id, into_id, events, created_at)
  SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7 FROM chronicle_bindings WHERE world_id = $1
  RETURNING number`

const countOperations = `
  SELECT count(*) AS operations FROM chronicle_bindings WHERE world_id = $1 AND kind <> 'found'`

interface World {
  worldId: string
  tenantId: string
}

/**
 * Whoever the chronicles of the world have as `from` is `into` from now on, in all events. A fact: it is not derived and
 * stays. Answers its number. In the caller's transaction; rings for nobody.
 *
 * @throws TooManyOperations
 */
export const mergeEntities = (
  client: pg.ClientBase,
  world: World,
  { from, into }: { from: string; into: string },
  at: Date,
): Promise<number> => addOperation(client, world, ['merge', from, into, null, at])

/**
 * In these events it was not `entityId`, but `newEntityId`, be that one that is there or a new one. As `mergeEntities`.
 *
 * @throws TooManyOperations
 */
export const splitEntity = (
  client: pg.ClientBase,
  world: World,
  split: { entityId: string; events: readonly EventName[]; newEntityId: string },
  at: Date,
): Promise<number> =>
  addOperation(client, world, [
    'split',
    split.entityId,
    split.newEntityId,
    JSON.stringify(split.events.map(({ chronicleId, eventId }) => ({ chronicleId, eventId }))),
    at,
  ])

const addOperation = async (
  client: pg.ClientBase,
  { worldId, tenantId }: World,
  values: unknown[],
): Promise<number> => {
  await lockBindings(client, worldId)
  const { rows } = await client.query<{ operations: number }>(prepared(countOperations, [worldId]))
  if (rows[0]!.operations >= operationLimits.operations)
    throw new TooManyOperations(`a world has at most ${operationLimits.operations} merges and splits`)
  const added = await client.query<{ number: number }>(
    prepared(insertOperation, [worldId, tenantId, ...values]),
  )
  await askProjection(client, worldId)
  return added.rows[0]!.number
}
