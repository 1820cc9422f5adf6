import * as z from 'zod'
import { route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { type AuditFilter, listAudit } from '#world/read/audit'
import { worldNameSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink } from '../api-context.ts'
import { cursor, limit, timestamp } from '../api-world/schemas.ts'

const auditQuery = z.strictObject({
  limit,
  cursor,
  world: worldNameSchema.optional().meta({ description: 'Only actions on the world of this name' }),
  from: timestamp.optional().meta({ description: 'At or after this time' }),
  to: timestamp.optional().meta({ description: 'At or before this time' }),
})

const entrySchema = z
  .object({
    auditId: z.uuid(),
    at: z.iso.datetime(),
    requestId: z.string().meta({ description: 'The events that it made name it as their cause' }),
    subject: z.string().meta({ description: 'The user, hashed' }),
    action: z.string().meta({ description: 'Operation id' }),
    world: z.string(),
    outcome: z.looseObject({ status: z.enum(['applied', 'refused', 'requested']) }),
  })
  .meta({ id: 'AuditEntry' })

const position = z.tuple([z.iso.datetime(), z.uuid()])

const parsePosition = (value: unknown): AuditFilter['after'] => {
  const parsed = position.safeParse(value)
  return parsed.success ? { at: new Date(parsed.data[0]), auditId: parsed.data[1] } : undefined
}

export const auditRoute = route<ApiContext, never, typeof auditQuery, never>({
  method: 'GET',
  path: '/audit',
  operationId: 'listAudit',
  summary: 'What administrators did, newest first',
  querySchema: auditQuery,
  responses: {
    200: {
      description: 'Entries; Link: rel="next" where there are more',
      schema: z.object({ entries: z.array(entrySchema) }),
    },
  },
  handle: async ({ readers }, { tenantId, query, url }) => {
    const { world, from, to } = query
    const filter = {
      world,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
      after: decodeCursor(query.cursor, parsePosition),
    }
    const found = await inTenantTransaction(readers, tenantId, (client) =>
      listAudit(client, tenantId, filter, query.limit + 1),
    )
    const entries = found.slice(0, query.limit)
    const last = entries.at(-1)
    const headers =
      found.length > entries.length ? nextLink(url, [last!.at.toISOString(), last!.auditId]) : {}
    return { status: 200, headers, body: { entries } }
  },
})
