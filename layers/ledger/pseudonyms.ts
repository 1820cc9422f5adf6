import { createHmac, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import { type CommitEntry, hashCommit } from './commit.ts'
import type { WorldKey } from './postgres/append-segment.ts'
import type { MadeCommit, OpenSpan } from './spans.ts'

/**
 * What stands for an entity in commits, which nobody can change: an HMAC of its id by a key of its own, that an erasure
 * destroys. Then the chain still holds, and nobody can tell whom it meant.
 */
const pseudonymOf = (key: Buffer, entityId: string): string =>
  `~${createHmac('sha256', key).update(entityId).digest().subarray(0, 18).toString('base64url')}`

/** Entries of layers above have pseudonyms already. An id that a client made to look like one stays as it is. */
const isPseudonym = (ref: string): boolean => /^~[A-Za-z0-9_-]{24}$/.test(ref)

/** A new key for an entity: 32 random bytes. */
export type NewKey = (entityId: string) => Buffer

const randomKey: NewKey = () => randomBytes(32)

const insertText = `
  INSERT INTO entity_pseudonyms (world_id, tenant_id, entity_id, key, pseudonym)
  SELECT $1, $2, u.entity_id, u.key, u.pseudonym FROM unnest($3::text[], $4::bytea[], $5::text[])
    AS u (entity_id, key, pseudonym)
  ON CONFLICT DO NOTHING`

const readText = `
  SELECT entity_id AS "entityId", pseudonym FROM entity_pseudonyms WHERE world_id = $1 AND entity_id = ANY ($2::text[])`

const readPseudonyms = async (
  pool: pg.Pool,
  worldId: string,
  ids: readonly string[],
): Promise<Map<string, string>> => {
  const { rows } = await pool.query<{ entityId: string; pseudonym: string }>(
    prepared(readText, [worldId, ids]),
  )
  return new Map(rows.map(({ entityId, pseudonym }) => [entityId, pseudonym]))
}

/** The pseudonyms of entities; those that have none get one. Of two that make one at once, one wins. */
const keepPseudonyms = async (
  pool: pg.Pool,
  { worldId, tenantId }: WorldKey,
  ids: readonly string[],
  newKey: NewKey | null,
): Promise<Map<string, string>> => {
  const known = await readPseudonyms(pool, worldId, ids)
  const unknown = ids.filter((id) => !known.has(id)).sort()
  if (unknown.length === 0 || newKey === null) return known
  const keys = unknown.map(newKey)
  const pseudonyms = unknown.map((id, at) => pseudonymOf(keys[at]!, id))
  await pool.query(prepared(insertText, [worldId, tenantId, unknown, keys, pseudonyms]))
  return readPseudonyms(pool, worldId, ids)
}

/**
 * The commits with pseudonyms in the place of ids, and the hashes of that; `open`, which made them, goes on from there.
 *
 * @param previousHash of the commit before the first one.
 * @param newKey of an entity that has none; default: a random one; null: nothing is written, and such an entity stays as it is.
 */
export const pseudonymise = async (
  pool: pg.Pool,
  open: OpenSpan,
  previousHash: string,
  made: readonly MadeCommit[],
  newKey: NewKey | null = randomKey,
): Promise<MadeCommit[]> => {
  if (made.length === 0) return []
  const refs = made.flatMap(({ entries }) => entries.flatMap(({ entityRefs }) => entityRefs))
  const ids = [...new Set(refs)].filter((ref) => !isPseudonym(ref))
  const names =
    ids.length === 0 ? new Map<string, string>() : await keepPseudonyms(pool, open.state, ids, newKey)
  const chain = linkAgain(made, previousHash, (entry) => ({
    ...entry,
    entityRefs: entry.entityRefs.map((ref) => names.get(ref) ?? ref),
  }))
  open.state = { ...open.state, hash: chain.at(-1)!.hash }
  return chain
}

const linkAgain = (
  made: readonly MadeCommit[],
  previousHash: string,
  renamed: (entry: CommitEntry) => CommitEntry,
): MadeCommit[] => {
  let previous = previousHash
  return made.map((commit) => {
    const linked = { ...commit, previousHash: previous, entries: commit.entries.map(renamed) }
    previous = hashCommit({ ...linked, committedAt: '' })
    return { ...linked, hash: previous }
  })
}

const idsText = `
  SELECT pseudonym, entity_id AS "entityId" FROM entity_pseudonyms
  WHERE world_id = ANY (world_lineage($1)) AND pseudonym = ANY ($2::text[])`

/** The ids that pseudonyms of a world and its ancestors stand for; those of erased entities are not among them. */
export const readPseudonymous = async (
  client: pg.ClientBase,
  worldId: string,
  pseudonyms: readonly string[],
): Promise<Map<string, string>> => {
  const { rows } = await client.query<{ pseudonym: string; entityId: string }>(
    prepared(idsText, [worldId, pseudonyms]),
  )
  return new Map(rows.map(({ pseudonym, entityId }) => [pseudonym, entityId]))
}
