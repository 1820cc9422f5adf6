import type pg from 'pg'
import type { StoreTarget } from '../postgres/statement.ts'
import { relationshipsAt } from '../read/at.ts'
import type { ForkSource } from './find-source.ts'
import { type IdRange, inRange } from './id-ranges.ts'

const columns = 'source_id, target_id, type, strength, label, data, from_seq'

const copyText = `
  INSERT INTO relationships (world_id, tenant_id, ${columns})
  SELECT $3::uuid, $4, r.* FROM (SELECT ${columns} FROM ${relationshipsAt.past} a) r
  WHERE ${inRange('r.source_id', 5, 6)} ORDER BY r.source_id, r.target_id, r.type`

/** Gives the fork the relationships that the source had, of sources of the range; answers how many. */
export const copyRelationships = async (
  client: pg.ClientBase,
  { worldId, tenantId }: StoreTarget,
  source: ForkSource,
  { from, to }: IdRange,
): Promise<number> => {
  const { rowCount } = await client.query(copyText, [
    ...[source.worldId, source.atSeq, worldId, tenantId, from, to],
  ])
  return rowCount!
}
