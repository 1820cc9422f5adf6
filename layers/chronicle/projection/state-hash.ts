import { createHash } from 'node:crypto'
import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { Json } from '#world/event'
import { canonicalJson } from './canonical.ts'

const selectPage = `
  SELECT d.target, d.target_key, d.derived FROM chronicle_derived d
  JOIN chronicle_progress p ON p.world_id = d.world_id AND p.generation = d.generation
  WHERE d.world_id = $1 AND d.target_key > $2 AND d.derived IS NOT NULL
  ORDER BY d.target_key LIMIT 5000`

interface Row {
  target: string
  target_key: string
  derived: Json
}

/**
 * Names what the chronicles of a world come to: SHA-256, hex, of every entity and relationship that should be, in the
 * order of the digests of their names. The same events, rules and bindings, the same hash.
 */
export const stateHash = async (client: pg.ClientBase | pg.Pool, worldId: string): Promise<string> => {
  const digest = createHash('sha256')
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await client.query<Row>(prepared(selectPage, [worldId, after]))
    for (const { target, derived } of rows)
      digest.update(`${JSON.stringify(target)}${canonicalJson(derived)}\n`)
    if (rows.length === 0) return digest.digest('hex')
    after = rows.at(-1)!.target_key
  }
}
