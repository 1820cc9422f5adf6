import type pg from 'pg'
import * as z from 'zod'
import { isDegraded } from '#chronicle/projection/status'
import { inTenantTransaction } from '#platform/postgres/pool'
import { findWorld } from '#world/read/worlds'
import type { ApiContext } from '../api-context.ts'

export const degradedField = z
  .literal(true)
  .optional()
  .meta({ description: 'Entities may not be as told: their projection fails, or is switched off' })

/** What an answer about the chronicles of a world says of its entities: nothing where all is well. */
export const degradation = async (client: pg.ClientBase, worldId: string): Promise<{ degraded?: true }> =>
  (await isDegraded(client, worldId)) ? { degraded: true } : {}

/** The same after a write, which it does not make fail. */
export const degradationOf = (
  { readers }: ApiContext,
  { tenantId, world }: { tenantId: string; world: string },
): Promise<{ degraded?: true }> =>
  inTenantTransaction(readers, tenantId, async (client) => {
    const found = await findWorld(client, tenantId, world)
    return found === undefined ? {} : degradation(client, found.worldId)
  }).catch(() => ({}))
