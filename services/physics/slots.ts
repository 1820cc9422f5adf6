import type pg from 'pg'

const claimText = `
  INSERT INTO physics_slots (slot, holder, expires_at)
  SELECT s, $1, now() + $3 * interval '1 millisecond' FROM generate_series(0, $2::int - 1) AS s
  WHERE NOT EXISTS (SELECT FROM physics_slots WHERE slot = s AND expires_at >= now())
  ORDER BY s LIMIT 1
  ON CONFLICT (slot) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
  WHERE physics_slots.expires_at < now()
  RETURNING slot`

/** The lowest free slot of `count`; undefined where all are held, or another process was faster. */
export const claimSlot = async (
  pool: pg.Pool,
  holder: string,
  count: number,
  ttlMs: number,
): Promise<number | undefined> => {
  const { rows } = await pool.query<{ slot: number }>(claimText, [holder, count, ttlMs])
  return rows[0]?.slot
}

const renewText = `
  UPDATE physics_slots SET expires_at = now() + $3 * interval '1 millisecond' WHERE slot = $2 AND holder = $1`

/** Whether the slot is still ours. */
export const renewSlot = async (
  pool: pg.Pool,
  holder: string,
  slot: number,
  ttlMs: number,
): Promise<boolean> => {
  const { rowCount } = await pool.query(renewText, [holder, slot, ttlMs])
  return rowCount === 1
}

export const releaseSlot = async (pool: pg.Pool, holder: string, slot: number): Promise<void> => {
  await pool.query('DELETE FROM physics_slots WHERE slot = $2 AND holder = $1', [holder, slot])
}
