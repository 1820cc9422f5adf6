import * as z from 'zod'
import { type RequestOrigin, type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { WriteRequest } from '#world/commands'
import type { JsonObject } from '#world/event'
import { countDangling, listWorlds, type World } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { write } from '../write.ts'
import { checkLayersStay } from './layers-stay.ts'
import { cursor, limit, worldPath, worldSchema, writeResponses } from './schemas.ts'
import { settingsSchema } from './settings-schema.ts'

/** Writes and answers in our own words. */
export const answerWrite = (context: ApiContext, request: WriteRequest, field: string) =>
  answerWrites(context, request, () => field)

/** The same for a request whose commands come from different fields of its body. */
export const answerWrites = async (
  context: ApiContext,
  request: WriteRequest,
  fieldOf: (commandIndex: number) => string,
) => {
  const acceptance = await write(context, request, fieldOf)
  const { requestId } = request
  return acceptance.status === 'applied'
    ? {
        status: 200,
        body: { status: 'applied', seq: acceptance.seq, events: acceptance.events, requestId },
      }
    : { status: 202, body: { status: 'waiting', seq: null, events: null, requestId } }
}

const createBody = z.strictObject({
  name: worldNameSchema,
  settings: settingsSchema.prefault({}),
})

const create = route<ApiContext, never, never, typeof createBody>({
  method: 'POST',
  path: '/worlds',
  operationId: 'createWorld',
  summary: 'Makes a world with settings; a world is also made by its first write',
  bodySchema: createBody,
  responses: writeResponses,
  handle: (context, { origin, body: { name, settings } }) =>
    answerWrite(
      context,
      { ...origin, world: name, audit: 'createWorld', commands: [{ kind: 'change-settings', settings }] },
      'settings',
    ),
})

const listQuery = z.strictObject({ limit, cursor })

const list = route<ApiContext, never, typeof listQuery, never>({
  method: 'GET',
  path: '/worlds',
  operationId: 'listWorlds',
  summary: 'Worlds in order of name',
  querySchema: listQuery,
  responses: { 200: { description: 'Worlds', schema: z.object({ worlds: z.array(worldSchema) }) } },
  handle: async ({ readers }, { tenantId, query, url }) => {
    const after = decodeCursor(query.cursor, (value) => (typeof value === 'string' ? value : undefined)) ?? ''
    const worlds = await inTenantTransaction(readers, tenantId, (client) =>
      listWorlds(client, tenantId, after, query.limit + 1),
    )
    const page = worlds.slice(0, query.limit)
    const headers = worlds.length > page.length ? nextLink(url, page.at(-1)!.name) : {}
    return { status: 200, headers, body: { worlds: page } }
  },
})

const getSchema = worldSchema
  .extend({
    danglingRelationships: z.int().meta({ description: 'Relationships with an end that does not exist' }),
  })
  .meta({ id: 'WorldStatistics' })

const get = route<ApiContext, typeof worldPath, never, never>({
  method: 'GET',
  path: '/worlds/{world}',
  operationId: 'getWorld',
  summary: 'A world, its settings and what it holds',
  pathSchema: worldPath,
  responses: { 200: { description: 'The world', schema: getSchema } },
  handle: (context, { tenantId, path }) =>
    readWorld(context, tenantId, path.world, undefined, async (client, world: World) => ({
      status: 200,
      body: { ...world, danglingRelationships: await countDangling(client, world.worldId) },
    })),
})

const changeSettings = route<ApiContext, typeof worldPath, never, typeof settingsSchema>({
  method: 'PATCH',
  path: '/worlds/{world}/settings',
  operationId: 'changeSettings',
  summary: 'Changes any part of the settings; physics takes it up at a tick',
  pathSchema: worldPath,
  bodySchema: settingsSchema,
  responses: writeResponses,
  handle: async (context, { origin, path: { world }, body }) => {
    await checkLayersStay(context, origin, world, body)
    return answerWrite(context, settingsRequest(origin, 'changeSettings', world, body), 'settings')
  },
})

export const settingsRequest = (
  origin: RequestOrigin,
  operationId: string,
  world: string,
  settings: JsonObject,
): WriteRequest => ({
  ...origin,
  ...{ world, mustExist: true, audit: operationId },
  commands: [{ kind: 'change-settings', settings }],
})

export const worldRoutes: Route<ApiContext>[] = [create, list, get, changeSettings]
