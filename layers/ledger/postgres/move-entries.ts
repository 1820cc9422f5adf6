import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { Commit } from '../commit.ts'
import type { ArchivedBatch, LayerKey } from '../ledger-store.ts'
import { insertEntries } from './store-commit.ts'

const archiveText = `
  INSERT INTO ledger_archives (archive_id, world_id, tenant_id, layer, shard, from_number, to_number, epoch_start,
    epoch_end, key, bytes, sha256)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, decode($12, 'hex'))`

// of layers/world/fork/find-fork-tick.ts: a fork sums up what is here and what is there, one after the other
const forkLock = `hashtextextended('orrery.fork:' || $1, 0)`

/** Whether the world is not being forked, and will not be until the transaction ends: then entries may move. */
export const tryLockMoves = async (client: pg.ClientBase, worldId: string): Promise<boolean> => {
  const text = `SELECT pg_try_advisory_xact_lock(${forkLock}) AS free`
  return (await client.query<{ free: boolean }>(text, [worldId])).rows[0]!.free
}

/** The same, once forks that are under way have ended. */
export const lockMoves = async (client: pg.ClientBase, worldId: string): Promise<void> => {
  await client.query(`SELECT pg_advisory_xact_lock(${forkLock})`, [worldId])
}

const lockText = `
  SELECT FROM commits WHERE commit_key = ANY ($1::int8[]) AND archive_id IS NULL ORDER BY commit_key FOR UPDATE`

const awayText = 'UPDATE commits SET archive_id = $1 WHERE commit_key = ANY ($2::int8[])'

const deleteText = 'DELETE FROM commit_entries WHERE commit_key = ANY ($1::int8[])'

/**
 * Says that the entries of commits are in an archived batch, and takes them out of the database, in the caller's transaction.
 * False where some of them have gone meanwhile: then nothing was written.
 *
 * @param archiveId a new UUIDv7.
 * @param keys of the commits.
 */
export const moveOut = async (
  client: pg.ClientBase,
  archiveId: string,
  { pointer, bytes, sha256 }: ArchivedBatch,
  commits: readonly Commit[],
  keys: readonly number[],
): Promise<boolean> => {
  const { rowCount } = await client.query(prepared(lockText, [keys]))
  if (rowCount !== keys.length) return false
  const [first, last] = [commits[0]!, commits.at(-1)!]
  await client.query(
    prepared(archiveText, [
      ...[archiveId, first.worldId, first.tenantId, first.layer, first.shard, first.number, last.number],
      ...[first.epochStart, last.epochEnd, pointer, bytes, sha256],
    ]),
  )
  await client.query(prepared(awayText, [archiveId, keys]))
  await client.query(prepared(deleteText, [keys]))
  return true
}

export interface AwayCommit {
  key: number
  number: number
  hash: string
}

const knownText = `
  SELECT encode(sha256, 'hex') AS sha256, EXISTS (
    SELECT FROM commits c JOIN ledger_archives o ON o.archive_id = c.archive_id
    WHERE o.world_id = a.world_id AND o.layer = a.layer AND o.key = a.key
  ) AS "isAway"
  FROM ledger_archives a WHERE tenant_id = $1 AND world_id = $2 AND layer = $3 AND key = $4
  ORDER BY created_at DESC LIMIT 1`

export interface KnownArchive {
  /** Hex. */
  sha256: string
  /** Entries of some commits are in it alone. */
  isAway: boolean
}

/** What is known of an archived batch of the layer; undefined where there is none. */
export const readArchive = async (
  client: pg.ClientBase,
  { tenantId, worldId, layer }: LayerKey,
  pointer: string,
): Promise<KnownArchive | undefined> => {
  const values = [tenantId, worldId, layer, pointer]
  return (await client.query<KnownArchive>(prepared(knownText, values))).rows[0]
}

const awayOfText = `
  SELECT c.commit_key AS key, c.number, encode(c.hash, 'hex') AS hash
  FROM commits c JOIN ledger_archives a ON a.archive_id = c.archive_id
  WHERE a.tenant_id = $1 AND a.world_id = $2 AND a.layer = $3 AND a.key = $4
  ORDER BY c.number FOR UPDATE OF c`

/** Commits whose entries are in that batch alone, locked until the transaction ends: only one brings them back. */
export const lockAway = async (
  client: pg.ClientBase,
  { tenantId, worldId, layer }: LayerKey,
  pointer: string,
): Promise<AwayCommit[]> => {
  const values = [tenantId, worldId, layer, pointer]
  return (await client.query<AwayCommit>(prepared(awayOfText, values))).rows
}

const backText = 'UPDATE commits SET archive_id = NULL WHERE commit_key = ANY ($1::int8[])'

/** Puts the entries of commits back, in the caller's transaction. */
export const moveBack = async (
  client: pg.ClientBase,
  commits: readonly { key: number; commit: Commit }[],
): Promise<void> => {
  for (const { key, commit } of commits) await insertEntries(client, commit, key)
  await client.query(prepared(backText, [commits.map(({ key }) => key)]))
}
