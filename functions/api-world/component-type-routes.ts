import * as z from 'zod'
import { type Route, route } from '#platform/http/route'
import { builtinTypes } from '#world/component-types/builtin'
import type { ComponentTypeDefinition } from '#world/component-types/definition'
import type { JsonObject } from '#world/event'
import { readComponentTypes } from '#world/read/component-types'
import { type ApiContext, readWorld } from '../api-context.ts'
import { sealingOff } from '../sealing-problems.ts'
import { registerTypeBody } from './component-schemas.ts'
import { asOf, worldPath, writeResponses } from './schemas.ts'
import { answerWrites } from './world-routes.ts'

const register = route<ApiContext, typeof worldPath, never, typeof registerTypeBody>({
  method: 'POST',
  path: '/worlds/{world}/component-types',
  operationId: 'registerComponentType',
  summary: 'Registers a component type, or its next version; entities that have it are brought to it',
  pathSchema: worldPath,
  bodySchema: registerTypeBody,
  responses: writeResponses,
  handle: async (context, { origin, path: { world }, body }) => {
    if (body.sensitive && context.sealing === undefined) throw sealingOff('sensitive')
    return answerWrites(
      context,
      {
        ...{ ...origin, world, audit: 'registerComponentType' },
        commands: [{ kind: 'register-component-type', definition: definitionOf(body) }],
      },
      () => '',
    )
  },
})

const definitionOf = (body: z.output<typeof registerTypeBody>): ComponentTypeDefinition => {
  const { upgrade, hot, ...rest } = body
  return {
    ...rest,
    ...(upgrade !== undefined && { upgrade }),
    hot: {
      ...(hot.number !== undefined && { number: hot.number }),
      ...(hot.text !== undefined && { text: hot.text }),
    },
  }
}

const listQuery = z.strictObject({ asOf })

const list = route<ApiContext, typeof worldPath, typeof listQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/component-types',
  operationId: 'listComponentTypes',
  summary: 'The component types that every world has, and those that this one has registered',
  pathSchema: worldPath,
  querySchema: listQuery,
  responses: {
    200: {
      description: 'Component types; seq: of the event that registered it',
      schema: z.object({ builtin: z.array(z.looseObject({})), registered: z.array(z.looseObject({})) }),
    },
  },
  handle: (context, { tenantId, path, query }) =>
    readWorld(
      context,
      tenantId,
      path.world,
      query.asOf,
      async (client, { worldId }) => ({
        status: 200,
        body: {
          builtin: builtinDefinitions(),
          registered: await readComponentTypes(client, worldId, query.asOf ?? null),
        },
      }),
      { kinds: [] },
    ),
})

const builtinDefinitions = (): ComponentTypeDefinition[] =>
  [...builtinTypes.values()].map(({ schema, upgrades: _, ...rest }) => ({
    ...rest,
    schema: z.toJSONSchema(schema) as JsonObject,
  }))

export const componentTypeRoutes: Route<ApiContext>[] = [register, list]
