import * as z from 'zod'
import { askProjection } from '#chronicle/projection/postgres/ask'
import { loadRules, lockTypes, sensitiveRuledTypes, storeRules } from '#chronicle/rules/postgres'
import { rulesSchema } from '#chronicle/rules/rule'
import type { RuledType } from '#chronicle/rules/ruled-types'
import { invalid } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { type ApiContext, readWorld } from '../api-context.ts'
import { administer } from '../api-ledger/administer.ts'
import { worldOf, worldOnly } from './schemas.ts'

const rulesAnswer = z
  .object({
    rules: z.array(z.looseObject({ action: z.string() })).meta({ description: 'As a PUT takes them' }),
    isDefault: z.boolean().meta({ description: 'The world has none of its own: these are those of Orrery' }),
  })
  .meta({ id: 'ChronicleRules' })

const get = route<ApiContext, never, typeof worldOnly, never>({
  method: 'GET',
  path: '/api/chronicles/rules',
  operationId: 'getChronicleRules',
  summary: 'What the actions of a world’s chronicle events do to its entities',
  querySchema: worldOnly,
  responses: { 200: { description: 'The rules', schema: rulesAnswer } },
  handle: (context, input) =>
    readWorld(context, input.tenantId, worldOf(input), undefined, async (client, { worldId }) => ({
      status: 200,
      body: await loadRules(client, worldId),
    })),
})

const putBody = z.strictObject({ rules: rulesSchema })

const put = route<ApiContext, never, typeof worldOnly, typeof putBody>({
  method: 'PUT',
  path: '/api/chronicles/rules',
  operationId: 'putChronicleRules',
  summary:
    'Gives a world rules of its own, in place of all that it had; what its chronicles come to is then derived anew',
  querySchema: worldOnly,
  bodySchema: putBody,
  responses: {
    200: {
      description: 'Stored; entities follow when everything has been derived anew',
      schema: z.object({ rules: z.int(), rebuildDue: z.literal(true) }),
    },
  },
  handle: async (context, input) => {
    const { origin, body } = input
    const rules = body.rules.length
    const worldId = await administer<string>(
      context,
      origin,
      worldOf(input),
      'putChronicleRules',
      async (client, world) => {
        const { tenantId } = origin
        await lockTypes(client, world.worldId)
        const sensitive = await sensitiveRuledTypes(client, world.worldId, body.rules)
        if (sensitive.length > 0)
          return { status: 'refused', code: 'rule-sensitive', problem: sensitiveRules(sensitive) }
        await storeRules(client, { worldId: world.worldId, tenantId }, body.rules, new Date())
        await askProjection(client, world.worldId)
        return { status: 'applied', audit: { rules }, answer: world.worldId }
      },
    )
    context.chronicle?.afterCommit(worldId, 0)
    return { status: 200, body: { rules, rebuildDue: true } }
  },
})

const sensitiveRules = (found: readonly RuledType[]) =>
  invalid(
    found.map(({ type, field }) => ({
      field,
      message: `must not be '${type}', a sensitive type of this world: what chronicles tell is in clear`,
    })),
  )

export const rulesRoutes: Route<ApiContext>[] = [get, put]
