import type pg from 'pg'

const countText = 'SELECT count(*) AS worlds FROM active_worlds'

/** Worlds that need a physics task, whoever holds them; as orrery_relay. */
export const countActiveWorlds = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ worlds: number }>(countText)
  return rows[0]!.worlds
}
