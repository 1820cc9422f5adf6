import type pg from 'pg'
import * as z from 'zod'
import { HttpProblem, invalid, notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import { isStorableText } from '#world/json'
import { QueryError } from '#world/query/query-error'
import { prepareQuery } from '#world/query/run'
import {
  deleteSavedQuery,
  findSavedQuery,
  listSavedQueries,
  type SavedQuery,
  savedQueryLimit,
  saveQuery,
} from '#world/query/saved-queries'
import { findWorld, type World } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import { type ApiContext, readWorld } from '../api-context.ts'
import { worldPath } from '../api-world/schemas.ts'
import { type AskedQuery, query, queryFault } from './schemas.ts'

const nameSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(128, 'must have at most 128 characters')
  .refine(isStorableText, 'must not contain NUL or a lone surrogate')

const path = z.object({ world: worldNameSchema, name: nameSchema })

const savedSchema = z
  .object({
    name: z.string(),
    query: z.union([z.string(), z.looseObject({})]).meta({ description: 'As it was saved' }),
    description: z.string(),
    savedBy: z.string().meta({ description: 'The user who saved it last, hashed' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'SavedQuery' })

const list = route<ApiContext, typeof worldPath, never, never>({
  method: 'GET',
  path: '/worlds/{world}/saved-queries',
  operationId: 'listSavedQueries',
  summary: `The saved queries of a world in order of name, ${savedQueryLimit} at most`,
  pathSchema: worldPath,
  responses: { 200: { description: 'All of them', schema: z.object({ queries: z.array(savedSchema) }) } },
  handle: (context, { tenantId, path: { world } }) =>
    readWorld(context, tenantId, world, undefined, async (client, { worldId }) => ({
      status: 200,
      body: { queries: await listSavedQueries(client, worldId) },
    })),
})

const get = route<ApiContext, typeof path, never, never>({
  method: 'GET',
  path: '/worlds/{world}/saved-queries/{name}',
  operationId: 'getSavedQuery',
  summary: 'A saved query',
  pathSchema: path,
  responses: { 200: { description: 'The query', schema: savedSchema } },
  handle: (context, { tenantId, path: { world, name } }) =>
    readWorld(context, tenantId, world, undefined, async (client, { worldId }) => {
      const found = await findSavedQuery(client, worldId, name)
      if (found === undefined) throw noQuery(world, name)
      return { status: 200, body: found }
    }),
})

const putBody = z.strictObject({
  query,
  description: z
    .string()
    .max(1_000, 'must have at most 1000 characters')
    .refine(isStorableText, 'must not contain NUL or a lone surrogate')
    .default(''),
})

const put = route<ApiContext, typeof path, never, typeof putBody>({
  method: 'PUT',
  path: '/worlds/{world}/saved-queries/{name}',
  operationId: 'putSavedQuery',
  summary: 'Saves a query that the world understands under a name, in place of what had it',
  pathSchema: path,
  bodySchema: putBody,
  responses: {
    200: { description: 'As it is saved', schema: savedSchema },
    409: { description: `The world has ${savedQueryLimit} saved queries already` },
  },
  handle: ({ readers }, { tenantId, origin, path: { world: worldName, name }, body }) =>
    inTenantTransaction(readers, tenantId, async (client) => {
      const world = await existing(client, tenantId, worldName)
      await checkQuery(client, tenantId, world, body.query)
      const { form, text } = body.query
      const saved = await saveQuery(
        client,
        { worldId: world.worldId, tenantId },
        {
          ...{ name, description: body.description, savedBy: origin.subject },
          query: text ?? (form as unknown as JsonObject),
        },
      )
      if (saved === undefined) throw tooMany(worldName)
      return { status: 200, body: saved satisfies SavedQuery }
    }),
})

/** What the world's component types refuse, as asking the query does; it is not run. */
const checkQuery = async (
  client: pg.PoolClient,
  tenantId: string,
  { worldId }: World,
  asked: AskedQuery,
): Promise<void> => {
  try {
    await prepareQuery(client, {
      ...{ tenantId, worldId, readWorldId: worldId, asOf: null, query: asked.form },
      ...{ limit: undefined, cursor: undefined },
    })
  } catch (error) {
    throw error instanceof QueryError ? invalid([queryFault(error, asked)]) : error
  }
}

const remove = route<ApiContext, typeof path, never, never>({
  method: 'DELETE',
  path: '/worlds/{world}/saved-queries/{name}',
  operationId: 'deleteSavedQuery',
  summary: 'Forgets a saved query',
  pathSchema: path,
  responses: { 204: { description: 'It is gone' } },
  handle: ({ readers }, { tenantId, path: { world: worldName, name } }) =>
    inTenantTransaction(readers, tenantId, async (client) => {
      const { worldId } = await existing(client, tenantId, worldName)
      if (!(await deleteSavedQuery(client, worldId, name))) throw noQuery(worldName, name)
      return { status: 204 }
    }),
})

const existing = async (client: pg.PoolClient, tenantId: string, name: string): Promise<World> => {
  const world = await findWorld(client, tenantId, name)
  if (world === undefined) throw notFound(`there is no world '${name}'`)
  return world
}

const noQuery = (world: string, name: string): HttpProblem =>
  notFound(`there is no saved query '${name}' of '${world}'`)

const tooMany = (world: string): HttpProblem =>
  new HttpProblem(
    409,
    'Conflict with what there is',
    `'${world}' has ${savedQueryLimit} saved queries already; delete one first`,
    { errors: [{ field: 'path.name', message: `must be one of the ${savedQueryLimit} that there are` }] },
  )

export const savedQueryRoutes: Route<ApiContext>[] = [list, get, put, remove]
