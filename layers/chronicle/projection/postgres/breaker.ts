import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { BreakerState } from '../breaker.ts'

const updateFailed = `
  UPDATE chronicle_progress SET failures = $2, retry_at = $3, last_error = $4 WHERE world_id = $1`

/** A projection failed; what it failed with is for those who run the system. */
export const storeFailure = async (
  client: pg.Pool,
  worldId: string,
  { failures, retryAt }: BreakerState,
  message: string,
): Promise<void> => {
  await client.query(prepared(updateFailed, [worldId, failures, retryAt, message.slice(0, 1_000)]))
}

const updateClosed = `
  UPDATE chronicle_progress SET failures = 0, retry_at = NULL, last_error = NULL
  WHERE world_id = $1 AND (failures > 0 OR last_error IS NOT NULL)`

export const storeRecovery = async (client: pg.Pool, worldId: string): Promise<void> => {
  await client.query(prepared(updateClosed, [worldId]))
}
