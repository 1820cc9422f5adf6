import type pg from 'pg'
import { table } from '../local/table.ts'

interface CursorRow {
  world: string
  head: number
  destination: string | null
  seq: number | null
  attempts: number | null
  next_attempt: string | null
  last_error: string | null
}

const cursorsText = `
  SELECT w.name AS world, w.seq AS head, c.destination, c.seq, c.attempts, c.last_error,
    CASE WHEN c.next_attempt_at > now()
      THEN to_char(c.next_attempt_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END AS next_attempt
  FROM worlds w LEFT JOIN relay_cursors c USING (world_id)
  WHERE w.tenant_id = $1 AND ($2::text IS NULL OR w.name = $2) ORDER BY w.name, c.destination`

interface DeadRow {
  world: string
  destination: string
  seq: number
  type: string | null
  attempts: number
  dead_at: Date
  error: string
}

const deadText = `
  SELECT w.name AS world, d.destination, d.seq, e.type, d.attempts, d.dead_at, d.error
  FROM dead_letters d JOIN worlds w USING (world_id)
    LEFT JOIN world_events e ON e.world_id = d.world_id AND e.seq = d.seq
  WHERE w.tenant_id = $1 AND ($2::text IS NULL OR w.name = $2) ORDER BY w.name, d.destination, d.seq`

/** The lines of `status`: a table of the cursors, then one of what is dead. */
export const statusLines = async (pool: pg.Pool, tenant: string, world?: string): Promise<string[]> => {
  const cursors = await pool.query<CursorRow>(cursorsText, [tenant, world ?? null])
  const dead = await pool.query<DeadRow>(deadText, [tenant, world ?? null])
  if (cursors.rows.length === 0) return [`Tenant ${tenant} has no worlds.`]
  const cursorTable = table([
    ['world', 'destination', 'seq', 'head', 'lag', 'attempts', 'next attempt', 'last error'],
    ...cursors.rows.map(cursorCells),
  ])
  if (dead.rows.length === 0) return [...cursorTable, '', 'No dead letters.']
  const deadTable = table([
    ['dead: world', 'destination', 'seq', 'event', 'attempts', 'since', 'error'],
    ...dead.rows.map(deadCells),
  ])
  return [...cursorTable, '', ...deadTable]
}

const cursorCells = ({ world, head, destination, ...cursor }: CursorRow): string[] => {
  const seq = cursor.seq ?? 0
  return [
    ...[world, destination ?? '(none yet)', String(seq), String(head), String(head - seq)],
    ...[String(cursor.attempts ?? 0), cursor.next_attempt ?? '-', oneLine(cursor.last_error ?? '-')],
  ]
}

const deadCells = ({ world, destination, seq, type, attempts, dead_at, error }: DeadRow): string[] => [
  ...[world, destination, String(seq), type ?? '(not in the log)', String(attempts)],
  ...[dead_at.toISOString(), oneLine(error)],
]

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 120)
