import type pg from 'pg'
import * as z from 'zod'
import { pastTile } from '#ledger/past-tile'
import { readArchivedUpTo } from '#ledger/postgres/read-archived'
import { readCoarseGamma } from '#ledger/postgres/read-coarse-gamma'
import { readGamma, readGammaState } from '#ledger/postgres/read-gamma'
import { readHead } from '#ledger/postgres/read-heads'
import { readPastCells } from '#ledger/postgres/read-past-cells'
import { readRecentCells } from '#ledger/postgres/read-recent-cells'
import { isWindowClosed } from '#ledger/postgres/window-closed'
import type { TilePage } from '#ledger/tile-cache'
import { hasEntityTag } from '#platform/http/entity-tag'
import { notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { type ApiContext, readWorld } from '../api-context.ts'
import { archiveOf, fromArchive } from './archive-of.ts'
import { commitPath, layerField, layerNameOf } from './schemas.ts'
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

const pastQuery = z.strictObject(tileFields)

const ofCommit = route<ApiContext, typeof commitPath, typeof pastQuery, never>({
  method: 'GET',
  path: '/gamma/commit/{commitId}',
  operationId: 'gammaOfCommit',
  summary: 'What the commits of a layer said of each cell of a region when the window of a commit ended',
  pathSchema: commitPath,
  querySchema: pastQuery,
  responses: {
    200: {
      description: 'The cells; for ever the same once the window has its manifest, as Cache-Control says',
      schema: tileSchema,
    },
    ...unchanged,
  },
  handle: async (
    context,
    { tenantId, origin, path: { commitId }, query, url, defaultWorld, ifNoneMatch },
  ) => {
    const name = query.world ?? defaultWorld
    const found = await readWorld(context, tenantId, name, undefined, async (client, world) => {
      const head = (await readHead(client, world.worldId, commitId))?.head
      if (head === undefined) throw notFound(`there is no commit '${commitId}' of '${name}'`)
      const request = await tileRequest(client, tenantId, world, head.layer, query, head.epochEnd)
      const isFinal = await isWindowClosed(client, world.worldId, head)
      const key = `${commitId}${pageName(request)}`
      const etag = isFinal ? entityTag(key) : undefined
      if (etag !== undefined && hasEntityTag(ifNoneMatch, etag)) return notModified(immutable, etag)
      const answer = (page: TilePage) => answerPage(url, page, isFinal ? immutable : 'no-store', etag)
      const kept = isFinal ? context.tiles.get(key) : undefined
      if (kept !== undefined) return answer(kept)
      const parts = await readPast(client, request, head.windowEnd)
      return async () => {
        const cells = await pastTile(parts.query, parts.size, parts.stored, parts.archived, () =>
          archiveOf(context),
        )
        const page = tilePage(request, cells, commitId)
        if (isFinal) context.tiles.set(key, page)
        return answer(page)
      }
    })
    // the archive is read when the database is no longer waiting
    return typeof found === 'function' ? fromArchive(context, origin.requestId, found) : found
  },
})

const immutable = 'private, max-age=31536000, immutable'

const readPast = async (client: pg.ClientBase, request: TileRequest, toEpoch: number) => {
  const { isCoarse, isUniform, after, limit, worldId, layer } = request
  // one place more, and that of the cell before
  const range = isCoarse ? { after: undefined, limit: null } : { after, limit: limit + 2 }
  const query = { ...request, ...range, toEpoch }
  const recent = isUniform ? await readRecentCells(client, query) : undefined
  return {
    query: { ...request, limit: limit + 1 },
    size: isCoarse ? request.cell : undefined,
    stored: recent ?? (await readPastCells(client, query)),
    archived: recent === undefined ? await readArchivedUpTo(client, worldId, layer, toEpoch) : [],
  }
}

export const gammaRoutes: Route<ApiContext>[] = [current, ofCommit]
