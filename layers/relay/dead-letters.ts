import type pg from 'pg'

/** An event that a destination or a consumer refused for good. The event itself is in the log. */
export interface DeadLetter {
  worldId: string
  /** A relay destination, or `consumer:` and the consumer's name. */
  destination: string
  seq: number
  tenantId: string
  error: string
  attempts: number
}

/** Error texts come from servers and may be long: what a person reads is kept. */
export const errorText = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    .replaceAll('\0', '')
    .slice(0, 1_000)

const insertText = `
  INSERT INTO dead_letters (world_id, destination, seq, tenant_id, error, attempts)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (world_id, destination, seq)
  DO UPDATE SET error = excluded.error, attempts = dead_letters.attempts + excluded.attempts, dead_at = now()`

/** Files the event; one that is replayed and refused again adds its attempts to those before. */
export const fileDeadLetter = async (client: pg.ClientBase, letter: DeadLetter): Promise<void> => {
  const { worldId, destination, seq, tenantId, error, attempts } = letter
  await client.query(insertText, [worldId, destination, seq, tenantId, error, attempts])
}
