import type pg from 'pg'
import { readTotals } from '#retention/postgres/batches'
import { isHeld } from '#retention/postgres/standing'
import { readState } from '#retention/postgres/state'
import { countPlan, type PlannedTable, planWorld } from '#retention/run'
import { sources } from '#retention/sources'
import type { LedgerWorld } from '../ledger/worlds.ts'
import type { StackConnection } from '../local/connect.ts'

/** What a run would do now, a line for each table that has something to do. */
export const planLines = async (
  stores: Pick<StackConnection, 'pool' | 'objects'>,
  world: LedgerWorld,
  now: Date,
): Promise<string[]> => {
  const { retention } = world.settings
  const { pool } = stores
  const lines: string[] = [`${world.name}:${holdText(retention.legalHold)}`]
  for (const planned of await planWorld(stores, world, retention, now))
    lines.push(...(await tableLines(pool, world, planned)))
  return lines.length > 1 ? lines : [`${lines[0]} nothing to do`]
}

const holdText = (hold: string | null): string => (hold === null ? '' : ` held, nothing is deleted (${hold})`)

const tableLines = async (pool: pg.Pool, world: LedgerWorld, planned: PlannedTable): Promise<string[]> => {
  const { source, archiveBefore, expireBefore, archiveTo, expireTo, state, waitsFor } = planned
  const { archive, archiveBytes, expire } = await countPlan(pool, world, planned)
  const lines: string[] = []
  if (archive > 0)
    lines.push(
      `  ${source.table}: ${archive} rows (${archiveBytes} bytes here) of seqs ${state.archivedTo + 1} to ${archiveTo} go to the archive, older than ${archiveBefore?.toISOString()}`,
    )
  if (expire > 0)
    lines.push(
      `  ${source.table}: ${expire} rows up to seq ${expireTo} are deleted, older than ${expireBefore?.toISOString()}`,
    )
  const ended = (await readTotals(pool, world.worldId)).find((total) => total.source === source.table)
  if (expireTo > 0 && ended !== undefined && ended.fromSeq < expireTo)
    lines.push(`  ${source.table}: of ${ended.rows} archived rows those up to seq ${expireTo} are deleted`)
  if (waitsFor !== null)
    lines.push(`  ${source.table}: events after seq ${waitsFor.seq} stay for ${waitsFor.name}`)
  return lines
}

/** What became of old data so far. */
export const statusLines = async (pool: pg.Pool, world: LedgerWorld): Promise<string[]> => {
  const totals = new Map((await readTotals(pool, world.worldId)).map((total) => [total.source, total]))
  const held = await isHeld(pool, world.worldId)
  const lines = [`${world.name}:${held ? holdText(world.settings.retention.legalHold) : ''}`]
  for (const { table } of sources) {
    const state = await readState(pool, world, table)
    const total = totals.get(table)
    if (total === undefined && state.rowsArchived + state.rowsExpired === 0 && state.expired === '{}')
      continue
    const archived =
      total === undefined
        ? 'nothing in the archive'
        : `${total.rows} rows in the archive (${total.batches} objects, ${total.bytes} bytes, seqs ${total.fromSeq} to ${total.toSeq})`
    const here = total !== undefined && total.here > 0 ? `, ${total.here} objects brought back` : ''
    const expired =
      state.expired === '{}' ? '' : `, expired seqs ${state.expired} (${state.rowsExpired} rows)`
    lines.push(`  ${table}: ${archived}${here}${expired}`)
  }
  return lines.length > 1 ? lines : [`${lines[0]} nothing has left the database`]
}
