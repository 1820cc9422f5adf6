import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { storeAudit } from '#world/postgres/store-audit'
import type { ApiContext } from '../api-context.ts'
import { asSealingProblem, sealingOff } from '../sealing-problems.ts'

const rotate = route<ApiContext, never, never, never>({
  method: 'POST',
  path: '/sealing-keys',
  operationId: 'rotateSealingKey',
  summary:
    'Makes a new key for the sensitive components of the tenant; what older keys sealed stays readable',
  responses: { 200: { description: 'The key that seals now', schema: z.object({ keyId: z.uuid() }) } },
  handle: async ({ sealing, readers }, { tenantId, origin: { requestId, subject } }) => {
    if (sealing === undefined) throw sealingOff('path')
    // it is of no world
    const entry = { auditId: uuidv7(), requestId, subject, action: 'rotateSealingKey' }
    await inTenantTransaction(readers, tenantId, (client) =>
      storeAudit(client, { tenantId, world: '' }, { ...entry, outcome: { status: 'begun' } }),
    )
    const keyId = await sealing.rotate(tenantId).catch((error) => {
      throw asSealingProblem(error)
    })
    return { status: 200, body: { keyId } }
  },
})

export const sealingKeyRoutes: Route<ApiContext>[] = [rotate]
