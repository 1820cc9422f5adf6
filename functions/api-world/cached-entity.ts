import type pg from 'pg'
import { notFound } from '#platform/http/problem'
import type { RouteOutput } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { ThroughRead } from '#world/cache/read-entity'
import { findWorld } from '#world/read/worlds'
import type { ApiContext } from '../api-context.ts'
import { answerEntity, type Reader } from '../sealed-answers.ts'

export interface AskedEntity {
  tenantId: string
  /** Its name. */
  world: string
  id: string
}

export type ReadPhysics = (client: pg.ClientBase, worldId: string, entityId: string) => Promise<unknown>

/**
 * The entity as it was at most `maxStaleMs` ago, whole, and its simulated state as it is now, unless it is not wanted:
 * a hit then needs no database.
 *
 * @throws HttpProblem 404
 */
export const answerThroughCache = async (
  context: ApiContext,
  reader: Reader,
  { tenantId, world, id }: AskedEntity,
  maxStaleMs: number,
  readPhysics: ReadPhysics | undefined,
): Promise<RouteOutput> => {
  const worldId = await context.worldIds(tenantId, world, () => findWorldId(context, tenantId, world))
  const [read, physics] = await Promise.all([
    context.entities.read({ tenantId, worldId, entityId: id }, maxStaleMs),
    readPhysics &&
      inTenantTransaction(
        context.readers,
        tenantId,
        (client) => readPhysics(client, worldId, id),
        'BEGIN READ ONLY',
      ),
  ])
  if (read.value === undefined) throw notFound(`there is no entity '${id}' in '${world}'`)
  const entity = await answerEntity(context, reader, read.value)
  const unasked = readPhysics === undefined ? { physicsAbsence: 'not-asked' } : {}
  return {
    status: 200,
    headers: cacheHeaders(read),
    body: { ...entity, physics: physics ?? null, ...unasked },
  }
}

/** RFC 9111: Age is in seconds, here rounded up: the answer is not older. */
export const cacheHeaders = ({
  outcome,
  ageMs,
}: Pick<ThroughRead<unknown>, 'outcome' | 'ageMs'>): Record<string, string> => ({
  'x-cache': outcome,
  age: String(Math.ceil(ageMs / 1_000)),
})

const findWorldId = async ({ readers }: ApiContext, tenantId: string, name: string): Promise<string> => {
  const world = await inTenantTransaction(readers, tenantId, (client) => findWorld(client, tenantId, name))
  if (world === undefined) throw notFound(`there is no world '${name}'`)
  return world.worldId
}
