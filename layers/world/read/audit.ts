import type pg from 'pg'
import type { JsonObject } from '../event.ts'

/** An action of an administrator. */
export interface AuditRecord {
  auditId: string
  at: Date
  requestId: string
  /** The user, hashed. */
  subject: string
  /** Operation id of the route. */
  action: string
  /** By name. */
  world: string
  /** What became of it; `seq` leads to what it changed in the world's log. */
  outcome: JsonObject
}

export interface AuditFilter {
  world?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  /** Continue after this entry of the page before. */
  after?: { at: Date; auditId: string } | undefined
}

interface AuditRow {
  audit_id: string
  at: Date
  request_id: string
  subject: string
  action: string
  world: string
  outcome: JsonObject
}

const selectPage = `
  SELECT audit_id, at, request_id, subject, action, world, outcome FROM audit_log
  WHERE tenant_id = $1 AND ($2::text IS NULL OR world = $2)
    AND at >= coalesce($3, '-infinity'::timestamptz) AND at <= coalesce($4, 'infinity'::timestamptz)
    AND (at, audit_id) < (coalesce($5, 'infinity'::timestamptz), coalesce($6, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
  ORDER BY at DESC, audit_id DESC LIMIT $7`

/** A page of the tenant's audit log, newest first. */
export const listAudit = async (
  client: pg.ClientBase,
  tenantId: string,
  { world, from, to, after }: AuditFilter,
  limit: number,
): Promise<AuditRecord[]> => {
  const values = [tenantId, world ?? null, from ?? null, to ?? null]
  const { rows } = await client.query<AuditRow>(selectPage, [
    ...values,
    ...[after?.at ?? null, after?.auditId ?? null, limit],
  ])
  return rows.map((row) => ({
    auditId: row.audit_id,
    at: row.at,
    requestId: row.request_id,
    subject: row.subject,
    action: row.action,
    world: row.world,
    outcome: row.outcome,
  }))
}
