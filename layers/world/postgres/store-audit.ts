import type pg from 'pg'
import { jsonbArray, textArray, uuidArray } from '#platform/postgres/binary-array'
import type { WriteOutcome, WriteRequest } from '../commands.ts'
import type { JsonObject } from '../event.ts'
import type { Statement, StoreTarget } from './statement.ts'

/** One action of an administrator, as the audit log keeps it. */
export interface AuditEntry {
  /** A new UUIDv7. */
  auditId: string
  requestId: string
  /** The user, hashed. */
  subject: string
  /** Operation id of the route. */
  action: string
  outcome: JsonObject
}

/** An entry for each request that is to be audited, with what became of it. */
export const auditEntries = (
  requests: WriteRequest[],
  outcomes: Map<string, WriteOutcome>,
  newId: () => string,
): AuditEntry[] =>
  requests.flatMap(({ audit: action, requestId, subject = 'unknown' }) =>
    action === undefined
      ? []
      : [{ auditId: newId(), requestId, subject, action, outcome: auditOutcome(outcomes.get(requestId)!) }],
  )

const auditOutcome = (outcome: WriteOutcome): JsonObject => {
  if (outcome.status === 'applied') return { status: 'applied', seq: outcome.seq, events: outcome.events }
  const { code, detail } = outcome.refusal
  return { status: 'refused', code, detail }
}

const insertAuditRows = `
  INSERT INTO audit_log (tenant_id, world, audit_id, request_id, subject, action, outcome)
  SELECT $1, $2, u.* FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[]) AS u`

export const insertAudit = (
  { tenantId, world }: Omit<StoreTarget, 'worldId'>,
  entries: AuditEntry[],
): Statement | undefined =>
  entries.length === 0
    ? undefined
    : {
        text: insertAuditRows,
        values: [
          tenantId,
          world,
          uuidArray(entries.map(({ auditId }) => auditId)),
          textArray(entries.map(({ requestId }) => requestId)),
          textArray(entries.map(({ subject }) => subject)),
          textArray(entries.map(({ action }) => action)),
          jsonbArray(entries.map(({ outcome }) => JSON.stringify(outcome))),
        ],
      }

/** Notes an action that does not go through the write path, before it is done. */
export const storeAudit = async (
  client: pg.ClientBase,
  target: Omit<StoreTarget, 'worldId'>,
  entry: AuditEntry,
): Promise<void> => {
  const { text, values } = insertAudit(target, [entry])!
  await client.query(text, values)
}
