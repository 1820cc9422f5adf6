import * as z from 'zod'
import { findChronicle, listChronicles } from '#chronicle/read/chronicles'
import { chronicleIdSchema, descriptionSchema, titleSchema } from '#chronicle/schemas'
import { notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { type ApiContext, decodeCursor, nextLink, readWorld } from '../api-context.ts'
import { worldField } from '../api-ledger/schemas.ts'
import { asOf, cursor, limit, writeResponses } from '../api-world/schemas.ts'
import { answerWrite } from '../api-world/world-routes.ts'
import { degradation } from './degradation.ts'
import { chroniclePath, chronicleSchema, worldOf, worldOnly } from './schemas.ts'

const createBody = z.strictObject({
  id: chronicleIdSchema,
  title: titleSchema.optional().meta({ description: 'Default: the id' }),
  description: descriptionSchema.default(''),
})

const create = route<ApiContext, never, typeof worldOnly, typeof createBody>({
  method: 'POST',
  path: '/api/chronicles',
  operationId: 'createChronicle',
  summary: 'Makes a chronicle, or names one that its first events made; the same again changes nothing',
  querySchema: worldOnly,
  bodySchema: createBody,
  responses: {
    ...writeResponses,
    409: { description: 'There is one of that id, with another title or description' },
  },
  handle: (context, input) => {
    const { id: chronicleId, title = chronicleId, description } = input.body
    const world = worldOf(input)
    const commands = [{ kind: 'create-chronicle' as const, chronicleId, title, description }]
    return answerWrite(context, { ...input.origin, world, commands }, 'id')
  },
})

const listQuery = z.strictObject({ world: worldField, limit, cursor })

const list = route<ApiContext, never, typeof listQuery, never>({
  method: 'GET',
  path: '/api/chronicles',
  operationId: 'listChronicles',
  summary: 'Chronicles of a world in order of id',
  querySchema: listQuery,
  responses: {
    200: {
      description: 'Chronicles',
      schema: z.object({ seq: z.int(), chronicles: z.array(chronicleSchema) }),
    },
  },
  handle: (context, input) => {
    const { tenantId, query, url } = input
    return readWorld(context, tenantId, worldOf(input), undefined, async (client, { worldId, seq }) => {
      const after =
        decodeCursor(query.cursor, (value) => (typeof value === 'string' ? value : undefined)) ?? ''
      const chronicles = await listChronicles(client, worldId, after, query.limit + 1)
      const page = chronicles.slice(0, query.limit)
      const headers = chronicles.length > page.length ? nextLink(url, page.at(-1)!.id) : {}
      return { status: 200, headers, body: { seq, chronicles: page } }
    })
  },
})

const getQuery = z.strictObject({ world: worldField, asOf })

const get = route<ApiContext, typeof chroniclePath, typeof getQuery, never>({
  method: 'GET',
  path: '/api/chronicles/{id}',
  operationId: 'getChronicle',
  summary: 'A chronicle',
  pathSchema: chroniclePath,
  querySchema: getQuery,
  responses: { 200: { description: 'The chronicle', schema: chronicleSchema } },
  handle: (context, input) => {
    const { tenantId, path, query } = input
    const world = worldOf(input)
    return readWorld(
      context,
      tenantId,
      world,
      query.asOf,
      async (client, { worldId }) => {
        const chronicle = await findChronicle(client, worldId, path.id, query.asOf ?? null)
        if (chronicle === undefined) throw noChronicle(path.id, world)
        return { status: 200, body: { ...chronicle, ...(await degradation(client, worldId)) } }
      },
      { kinds: ['chronicles'] },
    )
  },
})

export const noChronicle = (id: string, world: string) =>
  notFound(`there is no chronicle '${id}' in '${world}'`)

export const chronicleRoutes: Route<ApiContext>[] = [create, list, get]
