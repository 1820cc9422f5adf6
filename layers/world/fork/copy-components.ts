import type pg from 'pg'
import type { StoreTarget } from '../postgres/statement.ts'
import { componentsAt } from '../read/at.ts'
import type { ForkSource } from './find-source.ts'

const copyText = `
  INSERT INTO components (world_id, tenant_id, entity_id, component_type, data, from_seq)
  SELECT $3::uuid, $4, c.entity_id, c.component_type, c.data, c.from_seq FROM ${componentsAt.past} c
  ORDER BY c.entity_id, c.component_type`

/** Gives the fork the components that the source had. */
export const copyComponents = async (
  client: pg.ClientBase,
  { worldId, tenantId }: StoreTarget,
  source: ForkSource,
): Promise<void> => {
  await client.query(copyText, [source.worldId, source.atSeq, worldId, tenantId])
}
