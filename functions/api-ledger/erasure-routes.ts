import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { HttpProblem, notFound } from '#platform/http/problem'
import { type RequestOrigin, type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import {
  type Erasure,
  erasureStatuses,
  findHeldWorld,
  insertErasure,
  type NewErasure,
  readErasure,
} from '#retention/erase/erasures'
import { storeAudit } from '#world/postgres/store-audit'
import { findWorld } from '#world/read/worlds'
import { idSchema, worldNameSchema } from '#world/schemas'
import type { ApiContext } from '../api-context.ts'
import { ringHousekeeper } from './administer.ts'

const erasureBody = z
  .strictObject({
    world: worldNameSchema.optional().meta({ description: 'Whose entity it is' }),
    entityId: idSchema
      .optional()
      .meta({ description: 'To erase it in the world and in all that were forked of it' }),
    tenant: z.literal(true).optional().meta({ description: 'To erase all that the tenant has' }),
    reason: z.string().trim().min(1).max(1_000).meta({ description: 'For the certificate' }),
  })
  .refine(({ tenant, entityId }) => (tenant === undefined) !== (entityId === undefined), {
    path: ['entityId'],
    message: 'one of entityId and tenant: true must be given',
  })
  .refine(({ world, entityId }) => (world === undefined) === (entityId === undefined), {
    path: ['world'],
    message: 'must be given with entityId, and only with it',
  })

const erasureSchema = z
  .object({
    erasureId: z.uuid(),
    world: z.string().nullable(),
    entityId: z.string().nullable().meta({ description: 'Until it is erased' }),
    subject: z.string().meta({ description: 'SHA-256 of the id of the entity, or of the tenant' }),
    reason: z.string(),
    status: z.enum(erasureStatuses),
    requestedBy: z.string().meta({ description: 'The user, hashed' }),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    steps: z.array(z.looseObject({ step: z.string(), at: z.iso.datetime() })).meta({
      description:
        'What was erased where: rows by table, objects of the archive with their SHA-256 before and after, checkpoints, segments of ticks',
    }),
    failure: z.looseObject({}).nullable().meta({ description: 'What it waits for, or why it failed' }),
  })
  .meta({ id: 'Erasure', description: 'When its status is done this is the certificate' })

const request = route<ApiContext, never, never, typeof erasureBody>({
  method: 'POST',
  path: '/admin/erasures',
  operationId: 'requestErasure',
  summary: 'Erases an entity, or all of the tenant, everywhere, archives included',
  bodySchema: erasureBody,
  responses: {
    202: {
      description: 'It will be done: GET /admin/erasures/{id} says how far it is',
      schema: erasureSchema,
    },
    404: { description: 'No such world' },
    409: { description: 'A hold keeps it' },
  },
  handle: async (context, { tenantId, origin, body }) => {
    const outcome = await inTenantTransaction(context.readers, tenantId, (client) =>
      decide(client, origin, body),
    )
    if (outcome instanceof HttpProblem) throw outcome
    await ringHousekeeper(context)
    return { status: 202, body: outcome }
  },
})

/** With its entry in the audit log, be it refused. */
const decide = async (
  client: pg.PoolClient,
  { tenantId, requestId, subject }: RequestOrigin,
  { world: name, entityId, reason }: z.output<typeof erasureBody>,
): Promise<Erasure | HttpProblem> => {
  const note = (outcome: Record<string, string>) =>
    storeAudit(
      client,
      { tenantId, world: name ?? '' },
      { auditId: uuidv7(), requestId, subject, action: 'requestErasure', outcome },
    )
  const found = name === undefined ? null : await findWorld(client, tenantId, name)
  if (found === undefined) {
    await note({ status: 'refused', code: 'world-not-found' })
    return notFound(`there is no world '${name}'`)
  }
  const held = await findHeldWorld(client, tenantId, found?.worldId ?? null)
  if (held !== undefined) {
    await note({ status: 'refused', code: 'held' })
    return new HttpProblem(409, 'Held', `A legal hold keeps world '${held}': nothing of it may be erased.`)
  }
  const asked: NewErasure = {
    ...{ erasureId: uuidv7(), tenantId, entityId: entityId ?? null, reason, requestId, requestedBy: subject },
    world: found === null ? null : { worldId: found.worldId, name: found.name },
  }
  const { erasure, isNew } = await insertErasure(client, asked)
  if (isNew) await note({ status: 'requested', erasureId: erasure.erasureId })
  return erasure
}

const erasurePath = z.object({ id: z.uuid('must be the id of an erasure: a UUID') })

const get = route<ApiContext, typeof erasurePath, never, never>({
  method: 'GET',
  path: '/admin/erasures/{id}',
  operationId: 'getErasure',
  summary: 'How far an erasure is, and when it is done its certificate',
  pathSchema: erasurePath,
  responses: { 200: { description: 'The erasure', schema: erasureSchema } },
  handle: async ({ readers }, { tenantId, path: { id } }) => {
    const erasure = await inTenantTransaction(readers, tenantId, (client) =>
      readErasure(client, tenantId, id),
    )
    if (erasure === undefined) throw notFound(`there is no erasure '${id}'`)
    return { status: 200, body: erasure }
  },
})

/** What is erased for good. */
export const erasureRoutes: Route<ApiContext>[] = [request, get]
