import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { Epoch } from '#training/epoch'
import { findEpoch } from '#training/postgres/read-epochs'
import { findWorld, type World } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import type { ApiContext } from '../api-context.ts'

export const spacePath = z.object({ space: worldNameSchema })
export const epochPath = z.object({
  space: worldNameSchema,
  id: z.uuid('must be the id of an epoch: a UUID'),
})

/** @throws HttpProblem 404 */
export const spaceOf = (
  { readers }: Pick<ApiContext, 'readers'>,
  tenantId: string,
  space: string,
): Promise<World> =>
  inTenantTransaction(readers, tenantId, async (client) => {
    const world = await findWorld(client, tenantId, space)
    if (world === undefined) throw notFound(`there is no space '${space}'`)
    return world
  })

/** @throws HttpProblem 404 */
export const epochOf = async (
  context: Pick<ApiContext, 'readers'>,
  tenantId: string,
  space: string,
  id: string,
): Promise<{ world: World; epoch: Epoch }> => {
  const world = await spaceOf(context, tenantId, space)
  const epoch = await inTenantTransaction(context.readers, tenantId, (client) =>
    findEpoch(client, world.worldId, id),
  )
  if (epoch === undefined) throw notFound(`there is no epoch ${id} of '${space}'`)
  return { world, epoch }
}
