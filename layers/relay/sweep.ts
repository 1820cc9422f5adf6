import type pg from 'pg'
import type { Queue } from '#platform/queue/queue'
import { ringDoorbell } from './doorbell.ts'

const pageRows = 500

const behindText = `
  SELECT world_id, seq FROM worlds w
  WHERE ($2::uuid IS NULL OR world_id > $2) AND EXISTS (
    SELECT FROM unnest($1::text[]) AS d (name)
    WHERE NOT EXISTS (
      SELECT FROM relay_cursors c WHERE c.world_id = w.world_id AND c.destination = d.name AND c.seq >= w.seq))
    AND seq > 0
  ORDER BY world_id LIMIT ${pageRows}`

export interface SweepContext {
  /** As orrery_relay. */
  pool: pg.Pool
  destinations: { name: string }[]
  doorbell: Queue
}

/**
 * Rings for every world whose log is ahead of one of its cursors, or that has no cursor yet: what makes up for
 * a doorbell that was lost. Reads all worlds and wakes a database that sleeps, so it runs rarely: at start,
 * after an outage of the queue, and every few minutes locally or hours on AWS. Answers how many it rang for.
 */
export const sweep = async ({ pool, destinations, doorbell }: SweepContext): Promise<number> => {
  const names = destinations.map(({ name }) => name)
  let rung = 0
  for (let after: string | null = null; ; ) {
    const { rows }: { rows: { world_id: string; seq: number }[] } = await pool.query(behindText, [
      names,
      after,
    ])
    await ringInTens(
      doorbell,
      rows.map((row) => ({ worldId: row.world_id, seq: row.seq })),
    )
    rung += rows.length
    if (rows.length < pageRows) return rung
    after = rows.at(-1)!.world_id
  }
}

const ringInTens = async (queue: Queue, doorbells: { worldId: string; seq: number }[]): Promise<void> => {
  for (let start = 0; start < doorbells.length; start += 10)
    await Promise.all(doorbells.slice(start, start + 10).map((doorbell) => ringDoorbell(queue, doorbell)))
}
