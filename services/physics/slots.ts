import type pg from 'pg'

/** A process that claims a slot. */
export interface Claimant {
  /** New for each start of a process. */
  holder: string
  /** What it runs, such as `family:7` of a task definition; undefined: nothing that is ever replaced. */
  revision: string | undefined
  startedAt: Date
}

// they see it when they renew their slots, be it that this process has one yet or not
const supersedeText = `
  UPDATE physics_slots SET superseded = true WHERE revision <> $1 AND started_at < $2 AND NOT superseded`

const claimText = `
  INSERT INTO physics_slots (slot, holder, expires_at, revision, started_at)
  SELECT s, $1, now() + $3 * interval '1 millisecond', $4, $5 FROM generate_series(0, $2::int - 1) AS s
  WHERE NOT EXISTS (SELECT FROM physics_slots WHERE slot = s AND expires_at >= now())
  ORDER BY s LIMIT 1
  ON CONFLICT (slot) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at,
    revision = excluded.revision, started_at = excluded.started_at, superseded = false
  WHERE physics_slots.expires_at < now()
  RETURNING slot`

/**
 * The lowest free slot of `count`; undefined where all are held, or another process was faster. Processes of
 * another revision that started before are told to make room.
 */
export const claimSlot = async (
  pool: pg.Pool,
  { holder, revision, startedAt }: Claimant,
  count: number,
  ttlMs: number,
): Promise<number | undefined> => {
  if (revision !== undefined) await pool.query(supersedeText, [revision, startedAt])
  const values = [holder, count, ttlMs, revision ?? null, startedAt]
  const { rows } = await pool.query<{ slot: number }>(claimText, values)
  return rows[0]?.slot
}

const renewText = `
  UPDATE physics_slots SET expires_at = now() + $3 * interval '1 millisecond' WHERE slot = $2 AND holder = $1
  RETURNING superseded`

/**
 * - held: the slot is still ours
 * - superseded: so it is, but a process of another revision has started since
 * - lost: another process has it
 */
export type SlotState = 'held' | 'superseded' | 'lost'

export const renewSlot = async (
  pool: pg.Pool,
  holder: string,
  slot: number,
  ttlMs: number,
): Promise<SlotState> => {
  const { rows } = await pool.query<{ superseded: boolean }>(renewText, [holder, slot, ttlMs])
  if (rows[0] === undefined) return 'lost'
  return rows[0].superseded ? 'superseded' : 'held'
}

export const releaseSlot = async (pool: pg.Pool, holder: string, slot: number): Promise<void> => {
  await pool.query('DELETE FROM physics_slots WHERE slot = $2 AND holder = $1', [holder, slot])
}
