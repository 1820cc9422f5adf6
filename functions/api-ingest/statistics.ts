import * as z from 'zod'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { ApiContext } from '../api-context.ts'

export const statisticsSchema = z
  .object({
    total_snapshots: z.int(),
    total_spaces: z.int(),
    total_entities_seen: z.int().meta({ description: 'Entities that exist or ever existed' }),
    total_epochs: z.int(),
    storage_size_bytes: z
      .int()
      .meta({ description: 'Bytes of all rows of the tenant as they are stored, indexes excluded' }),
    last_snapshot: z.iso.datetime().nullable(),
  })
  .meta({ id: 'IngestStatistics' })

const tables = [
  ...[
    'worlds',
    'entities',
    'entity_history',
    'components',
    'component_history',
    'relationships',
    'relationship_history',
  ],
  ...[
    'world_events',
    'requests',
    'scene_snapshots',
    'epochs',
    'entity_physics_state',
    'tick_log',
    'audit_log',
  ],
]

const selectStatistics = `
  SELECT
    (SELECT count(*) FROM scene_snapshots WHERE tenant_id = $1) AS total_snapshots,
    (SELECT count(*) FROM worlds WHERE tenant_id = $1) AS total_spaces,
    (SELECT coalesce(sum(entity_count), 0)::int8 FROM worlds WHERE tenant_id = $1) + (
      SELECT count(*) FROM (
        SELECT DISTINCT h.world_id, h.entity_id FROM entity_history h
        WHERE h.tenant_id = $1 AND NOT EXISTS (
          SELECT FROM entities e WHERE e.world_id = h.world_id AND e.entity_id = h.entity_id)
      ) AS gone) AS total_entities_seen,
    (SELECT count(*) FROM epochs WHERE tenant_id = $1) AS total_epochs,
    (${tables
      .map((table) => `(SELECT coalesce(sum(pg_column_size(t.*)), 0) FROM ${table} t WHERE tenant_id = $1)`)
      .join(' + ')})::int8 AS storage_size_bytes,
    (SELECT max(created_at) FROM scene_snapshots WHERE tenant_id = $1) AS last_snapshot`

/** Statistics over all worlds of the tenant. Reads every row of the tenant: meant for people, not for polling. */
export const readStatistics = ({ readers }: ApiContext, tenantId: string): Promise<unknown> =>
  inTenantTransaction(
    readers,
    tenantId,
    async (client) => (await client.query(selectStatistics, [tenantId])).rows[0],
  )
