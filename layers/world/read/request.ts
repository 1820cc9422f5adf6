import type pg from 'pg'
import type { WriteOutcome } from '../commands.ts'

/** What is kept of a write request. */
export interface RequestRecord {
  /** The user, hashed; null: not known. */
  subject: string | null
  status: WriteOutcome['status']
  keptAt: Date
}

const selectText = `
  SELECT subject, outcome ->> 'status' AS status, created_at AS "keptAt" FROM requests
  WHERE tenant_id = $1 AND world = $2 AND request_id = $3`

export const readRequest = async (
  client: pg.ClientBase,
  tenantId: string,
  world: string,
  requestId: string,
): Promise<RequestRecord | undefined> =>
  (await client.query<RequestRecord>(selectText, [tenantId, world, requestId])).rows[0]
