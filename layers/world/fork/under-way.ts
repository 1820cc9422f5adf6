import type pg from 'pg'

/** A request as its outcome will be stored. */
export interface RequestKey {
  tenantId: string
  world: string
  requestId: string
}

const key = `hashtextextended(concat_ws(chr(10), 'orrery.request', $1::text, $2::text, $3::text), 0)`
const beginText = `SELECT pg_advisory_xact_lock(${key})`
const freeText = `SELECT pg_try_advisory_xact_lock_shared(${key}) AS free`

const valuesOf = ({ tenantId, world, requestId }: RequestKey): string[] => [tenantId, world, requestId]

/** Until the transaction ends the request is under way; waits while another transaction has it so. */
export const beginRequest = async (client: pg.ClientBase, request: RequestKey): Promise<void> => {
  await client.query(beginText, valuesOf(request))
}

/**
 * Whether a transaction that is long has begun on the request and not ended. Its outcome must be looked for after this
 * and not before: a transaction that ends in between would have been seen in neither.
 */
export const isUnderWay = async (client: pg.ClientBase, request: RequestKey): Promise<boolean> => {
  const { rows } = await client.query<{ free: boolean }>(freeText, valuesOf(request))
  return !rows[0]!.free
}
