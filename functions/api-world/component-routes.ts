import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import type { Command } from '#world/commands'
import { isNative } from '#world/component-types/builtin'
import { nativeData } from '#world/component-types/native'
import { componentOf } from '#world/components'
import { readEntity } from '#world/read/entities'
import { componentTypeSchema, idSchema, jsonObjectSchema, worldNameSchema } from '#world/schemas'
import { type ApiContext, readWorld } from '../api-context.ts'
import { degradedHeader } from '../degraded-header.ts'
import { answerComponent } from '../sealed-answers.ts'
import { type ComponentOperation, componentsBody } from './component-schemas.ts'
import { asOf, worldPath, writeResponses } from './schemas.ts'
import { answerWrites } from './world-routes.ts'

const componentPath = z.object({ world: worldNameSchema, id: idSchema, type: componentTypeSchema })

const getQuery = z.strictObject({ asOf })

const get = route<ApiContext, typeof componentPath, typeof getQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/entities/{id}/components/{type}',
  operationId: 'getComponent',
  summary: 'One component of an entity, now or as of a seq',
  pathSchema: componentPath,
  querySchema: getQuery,
  responses: {
    200: { description: 'The component', schema: z.object({ type: z.string(), data: z.looseObject({}) }) },
  },
  handle: async (context, { tenantId, principal, origin, path: { world, id, type }, query }) => {
    const { entity, degraded } = await readWorld(
      ...([context, tenantId, world, query.asOf] as const),
      async (client, { worldId, degraded }) => ({
        entity: await readEntity(client, worldId, id, query.asOf ?? null),
        degraded,
      }),
      { kinds: ['history'], entityId: id },
    )
    const found = entity && (isNative(type) ? nativeData(entity, type) : componentOf(entity, type))
    if (found === undefined)
      throw notFound(`there is no component ${type} of an entity '${id}' in '${world}'`)
    const data = await answerComponent(context, { tenantId, principal, origin }, id, type, found)
    return { status: 200, headers: degradedHeader({ degraded }), body: { type, data } }
  },
})

const set = route<ApiContext, typeof componentPath, never, typeof jsonObjectSchema>({
  method: 'PUT',
  path: '/worlds/{world}/entities/{id}/components/{type}',
  operationId: 'setComponent',
  summary: 'Makes a component of an entity exactly this',
  pathSchema: componentPath,
  bodySchema: jsonObjectSchema,
  responses: writeResponses,
  handle: (context, { origin, path: { world, id, type }, body: data }) =>
    answerWrites(
      context,
      {
        ...{ ...origin, world, mustExist: true },
        commands: [{ kind: 'set-component', entityId: id, type, data }],
      },
      () => '',
    ),
})

const merge = route<ApiContext, typeof componentPath, never, typeof jsonObjectSchema>({
  method: 'PATCH',
  path: '/worlds/{world}/entities/{id}/components/{type}',
  operationId: 'mergeComponent',
  summary: 'Changes fields of a component, or makes it (JSON Merge Patch)',
  pathSchema: componentPath,
  bodySchema: jsonObjectSchema,
  responses: writeResponses,
  handle: (context, { origin, path: { world, id, type }, body: patch }) =>
    answerWrites(
      context,
      {
        ...{ ...origin, world, mustExist: true },
        commands: [{ kind: 'merge-component', entityId: id, type, patch }],
      },
      () => '',
    ),
})

const remove = route<ApiContext, typeof componentPath, never, never>({
  method: 'DELETE',
  path: '/worlds/{world}/entities/{id}/components/{type}',
  operationId: 'removeComponent',
  summary: 'Removes a component; nothing happens where the entity has none',
  pathSchema: componentPath,
  responses: writeResponses,
  handle: (context, { origin, path: { world, id, type } }) =>
    answerWrites(
      context,
      {
        ...{ ...origin, world, mustExist: true },
        commands: [{ kind: 'remove-component', entityId: id, type }],
      },
      () => 'path.type',
    ),
})

const writeMany = route<ApiContext, typeof worldPath, never, typeof componentsBody>({
  method: 'POST',
  path: '/worlds/{world}/components',
  operationId: 'writeComponents',
  summary: 'Writes components of many entities in one transaction, where all that is expected holds',
  pathSchema: worldPath,
  bodySchema: componentsBody,
  responses: writeResponses,
  handle: (context, { origin, path: { world }, body: { operations } }) =>
    answerWrites(
      context,
      { ...{ ...origin, world, mustExist: true }, commands: operations.map(commandOf) },
      (index) => `operations[${index}]`,
    ),
})

const commandOf = (operation: ComponentOperation): Command => {
  const { entityId } = operation
  switch (operation.op) {
    case 'set':
      return { kind: 'set-component', entityId, type: operation.type, data: operation.data }
    case 'merge':
      return { kind: 'merge-component', entityId, type: operation.type, patch: operation.data }
    case 'remove':
      return { kind: 'remove-component', entityId, type: operation.type }
    case 'expect': {
      const { op: _, entityId: __, ...expected } = operation
      return { kind: 'expect', entityId, expected } as Command
    }
  }
}

export const componentRoutes: Route<ApiContext>[] = [get, set, merge, remove, writeMany]
