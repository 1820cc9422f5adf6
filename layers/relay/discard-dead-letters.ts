import type pg from 'pg'

/** Which of a world's dead letters: all, those of a destination, or one. */
export interface DeadLetterChoice {
  destination?: string | undefined
  seq?: number | undefined
}

export interface Discarded {
  destination: string
  seq: number
  error: string
}

const deleteText = `
  DELETE FROM dead_letters d USING (
    SELECT destination, seq FROM dead_letters
    WHERE world_id = $1 AND ($2::text IS NULL OR destination = $2) AND ($3::int8 IS NULL OR seq = $3)
    ORDER BY destination, seq LIMIT $4
  ) chosen
  WHERE d.world_id = $1 AND d.destination = chosen.destination AND d.seq = chosen.seq
  RETURNING d.destination, d.seq, left(d.error, 200) AS error`

/** Takes up to `limit` letters away; the events stay in the log, and whoever refused them never gets them. */
export const discardDeadLetters = async (
  client: pg.ClientBase,
  worldId: string,
  { destination, seq }: DeadLetterChoice,
  limit: number,
): Promise<Discarded[]> => {
  const { rows } = await client.query<Discarded>(deleteText, [
    worldId,
    destination ?? null,
    seq ?? null,
    limit,
  ])
  return rows.sort((a, b) =>
    a.destination === b.destination ? a.seq - b.seq : a.destination < b.destination ? -1 : 1,
  )
}
