import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { type Casings, casingsOf, firstCasing, isCasing, nextCasing } from '../casings.ts'

export interface NamedEntity {
  entityId: string
  name: string
  type: string
}

const nextKeys = `
  SELECT s.place - 1 AS at, k.name_key AS key
  FROM unnest($2::text[]) WITH ORDINALITY AS s (seek, place)
  CROSS JOIN LATERAL (
    SELECT e.name_key FROM entities e WHERE e.world_id = $1 AND e.name_key >= s.seek ORDER BY e.name_key LIMIT 1
  ) k`

const selectNamed = `
  SELECT e.entity_id AS "entityId", e.name, e.class_type AS type FROM entities e
  WHERE e.world_id = $1 AND e.name_key = ANY ($2::text[])`

/**
 * The entities that have one of those names, whatever its case; of names of more than 200 characters those that begin like
 * it. There is no index of names without case, which each entity of each world would pay for: the one of names as they are
 * is asked for the next name after a way to write it, then for the next one after the way that follows upon that. Names
 * that begin alike take some steps more.
 */
export const findNamed = async (
  client: pg.ClientBase,
  worldId: string,
  names: readonly string[],
): Promise<NamedEntity[]> => {
  const found = new Set<string>()
  let walks = [...new Set(names)].map((name): Walk => {
    const casings = casingsOf(name)
    return { casings, seek: firstCasing(casings) }
  })
  while (walks.length > 0) {
    const seeks = textArray(walks.map(({ seek }) => seek))
    const { rows } = await client.query<{ at: number; key: string }>(prepared(nextKeys, [worldId, seeks]))
    const going = rows.map(({ at, key }) => ({ casings: walks[at]!.casings, key }))
    for (const { casings, key } of going) if (isCasing(casings, key)) found.add(key)
    walks = going.flatMap(({ casings, key }): Walk[] => {
      const seek = nextCasing(casings, key)
      return seek === undefined ? [] : [{ casings, seek }]
    })
  }
  if (found.size === 0) return []
  const keys = textArray([...found])
  return (await client.query<NamedEntity>(prepared(selectNamed, [worldId, keys]))).rows
}

interface Walk {
  casings: Casings
  seek: string
}
