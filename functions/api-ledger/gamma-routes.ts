import type pg from 'pg'
import * as z from 'zod'
import { readCoarseGamma } from '#ledger/postgres/read-coarse-gamma'
import { readGamma, readGammaState } from '#ledger/postgres/read-gamma'
import type { TilePage } from '#ledger/tile-cache'
import { hasEntityTag } from '#platform/http/entity-tag'
import { type Route, route } from '#platform/http/route'
import { type ApiContext, readWorld } from '../api-context.ts'
import { layerField, layerNameOf } from './schemas.ts'
import { answerPage, entityTag, notModified, tilePage, tileSchema } from './tile-answer.ts'
import { pageName, type TileRequest, tileFields, tileRequest } from './tile-request.ts'

const currentQuery = z.strictObject({ ...tileFields, layer: layerField })

const unchanged = { 304: { description: 'What If-None-Match names has not changed' } }

const current = route<ApiContext, never, typeof currentQuery, never>({
  method: 'GET',
  path: '/gamma/current',
  operationId: 'currentGamma',
  summary: 'What the commits of a layer say of each cell of a region now',
  querySchema: currentQuery,
  responses: {
    200: { description: 'The cells; ETag changes when one of them does', schema: tileSchema },
    ...unchanged,
  },
  handle: (context, { tenantId, query, url, defaultWorld, ifNoneMatch }) =>
    readWorld(context, tenantId, query.world ?? defaultWorld, undefined, async (client, world) => {
      const layer = layerNameOf(query.layer, world.settings.ledger)
      const request = await tileRequest(client, tenantId, world, layer, query)
      const { etag, page } = await (request.isCoarse ? coarsePage : finePage)(context, client, request)
      if (hasEntityTag(ifNoneMatch, etag)) return notModified(revalidated, etag)
      return answerPage(url, await page(), revalidated, etag)
    }),
})

const revalidated = 'private, no-cache'

interface FoundPage {
  etag: string
  page(): Promise<TilePage>
}

/** The state of the cells says whether they are those that the client, or this process, has already. */
const finePage = async (
  { tiles }: ApiContext,
  client: pg.ClientBase,
  request: TileRequest,
): Promise<FoundPage> => {
  const query = { ...request, limit: request.limit + 1 }
  const name = pageName(request)
  const etag = entityTag(name, await readGammaState(client, query))
  const page = async () => {
    const kept = tiles.get(`${name}${etag}`)
    if (kept !== undefined) return kept
    const made = tilePage(request, await readGamma(client, query))
    tiles.set(`${name}${etag}`, made)
    return made
  }
  return { etag, page }
}

/** All that lies in the cells has to be read to say whether they have changed. */
const coarsePage = async (_: ApiContext, client: pg.ClientBase, request: TileRequest): Promise<FoundPage> => {
  const found = await readCoarseGamma(client, { ...request, limit: request.limit + 1 }, request.cell)
  const page = tilePage(request, found)
  return { etag: entityTag(pageName(request), page.text, page.next ?? ''), page: async () => page }
}

export const gammaRoutes: Route<ApiContext>[] = [current]
