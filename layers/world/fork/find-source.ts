import type pg from 'pg'
import type { Refusal } from '../commands.ts'
import type { JsonObject } from '../event.ts'
import { type Ancestor, ancestorAt, readAncestors } from '../read/ancestors.ts'
import { type WorldSettings, worldSettings } from '../settings.ts'

/** When to fork: a seq, the seq of a commit's event, or the last seq. */
export type ForkMoment = { seq: number } | { commitId: string } | 'now'

/** The world in whose own log the moment lies. */
export interface ForkSource {
  worldId: string
  tenantId: string
  atSeq: number
  /** The last seq of its log. */
  headSeq: number
  /** Of the head. */
  settings: WorldSettings
  lastOccurredAt: Date
  /** Of the head. */
  entityCount: number
  /** Some activity has gone, or still goes, down to 0 over some ticks. */
  hasRamps: boolean
}

interface SourceRow {
  world_id: string
  seq: number
  settings: JsonObject
  last_occurred_at: Date
  entity_count: number
  has_ramps: boolean
}

const columns = 'world_id, seq, settings, last_occurred_at, entity_count, ramp_seq IS NOT NULL AS has_ramps'
const byNameText = `SELECT ${columns} FROM worlds WHERE tenant_id = $1 AND name = $2`
const byIdText = `SELECT ${columns} FROM worlds WHERE tenant_id = $1 AND world_id = $2`

export const forkRefusal = (code: Refusal['code'], detail: string): Refusal => ({
  ...{ code, detail, commandIndex: 0, data: {} },
})

/**
 * The world to fork: of a fork, at a seq before its own beginning, the ancestor in whose log that is. Takes no lock. A
 * refusal where there is no such world, seq or commit.
 */
export const findSource = async (
  client: pg.ClientBase,
  tenantId: string,
  name: string,
  moment: ForkMoment,
): Promise<ForkSource | Refusal> => {
  const { rows } = await client.query<SourceRow>(byNameText, [tenantId, name])
  const [row] = rows
  if (row === undefined) return forkRefusal('world-not-found', `there is no world '${name}'`)
  const ancestors = await readAncestors(client, row.world_id)
  const atSeq = await seqOf(client, row, ancestors, moment)
  if (atSeq === undefined) {
    const { commitId } = moment as { commitId: string }
    return forkRefusal('commit-not-found', `there is no commit ${commitId} of '${name}'`)
  }
  if (atSeq > row.seq)
    return forkRefusal('seq-not-reached', `must be at most ${row.seq}, the last seq of '${name}'`)
  const ancestor = ancestorAt(ancestors, atSeq)
  if (ancestor === undefined) return sourceOf(row, tenantId, atSeq)
  const { rows: found } = await client.query<SourceRow>(byIdText, [tenantId, ancestor.worldId])
  return sourceOf(found[0]!, tenantId, atSeq)
}

const sourceOf = (row: SourceRow, tenantId: string, atSeq: number): ForkSource => ({
  ...{ worldId: row.world_id, tenantId, atSeq, headSeq: row.seq },
  settings: worldSettings.parse(row.settings),
  lastOccurredAt: row.last_occurred_at,
  entityCount: row.entity_count,
  hasRamps: row.has_ramps,
})

const commitSeqText = `
  SELECT seq FROM (
    SELECT commit_event_seq(u.world_id, $3) AS seq, u.up_to_seq FROM unnest($1::uuid[], $2::int8[]) AS u (world_id, up_to_seq)
  ) e WHERE seq <= up_to_seq`

/** undefined: neither the world has the commit, nor had an ancestor while its log was that of both. */
const seqOf = async (
  client: pg.ClientBase,
  { world_id: worldId, seq }: SourceRow,
  ancestors: readonly Ancestor[],
  moment: ForkMoment,
): Promise<number | undefined> => {
  if (moment === 'now') return seq
  if ('seq' in moment) return moment.seq
  const logs = [{ worldId, upToSeq: seq }, ...ancestors]
  const { rows } = await client.query<{ seq: number }>(commitSeqText, [
    ...[logs.map((log) => log.worldId), logs.map((log) => log.upToSeq), moment.commitId],
  ])
  return rows[0]?.seq
}
