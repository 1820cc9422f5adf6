import { createHash } from 'node:crypto'
import * as z from 'zod'
import { gammaOf } from '#ledger/gamma'
import type { ProjectionCell } from '#ledger/ledger-store'
import type { TilePage } from '#ledger/tile-cache'
import type { RouteOutput } from '#platform/http/route'
import { nextLink } from '../api-context.ts'
import { activitySchema, layerSchema } from './schemas.ts'
import type { TileRequest } from './tile-request.ts'

export const tileSchema = z
  .object({
    layer: layerSchema,
    cell: z.union([z.int(), z.literal('*')]).meta({ description: 'Cells of side 2^cell units' }),
    region: z.string(),
    commitId: z.uuid().optional().meta({ description: 'The tile as of this commit' }),
    cells: z
      .array(
        z.object({
          region: z.string(),
          epochStart: z.int().meta({ description: 'First tick of the newest span with ticks in the cell' }),
          epochEnd: z.int().meta({ description: 'Last tick of that span' }),
          weight: z.number().meta({ description: 'Of that span' }),
          totalWeight: z.number().meta({ description: 'Of all commits, corrections too' }),
          count: z.number().meta({ description: 'Ticks of bodies, of all commits' }),
          activity: activitySchema,
          commitId: z.uuid().meta({ description: 'The last commit that says so' }),
        }),
      )
      .meta({ description: 'That are in a commit, in Morton order' }),
  })
  .meta({ id: 'Gamma' })

/** The page of the first `limit` cells; one more says that there are more. */
export const tilePage = (
  { layer, cell, region, limit }: TileRequest,
  found: readonly ProjectionCell[],
  commitId?: string,
): TilePage => {
  const cells = found.slice(0, limit)
  const next = found.length > limit ? cells.at(-1)!.region : undefined
  return { text: JSON.stringify({ layer, cell, region, commitId, cells: cells.map(gammaOf) }), next }
}

/** A strong entity tag (RFC 9110, 8.8.3) of what the parts name together. */
export const entityTag = (...parts: string[]): string =>
  `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}"`

/** @param etag undefined: the page may change, and nobody can tell when. */
export const answerPage = (
  url: URL,
  { text, next }: TilePage,
  cacheControl: string,
  etag?: string,
): RouteOutput => ({
  status: 200,
  headers: {
    ...cacheHeaders(cacheControl, etag),
    ...(next !== undefined && nextLink(url, next)),
  },
  text,
})

/** What the client has is what there is. */
export const notModified = (cacheControl: string, etag: string): RouteOutput => ({
  status: 304,
  headers: cacheHeaders(cacheControl, etag),
})

const cacheHeaders = (cacheControl: string, etag: string | undefined): Record<string, string> => ({
  'cache-control': cacheControl,
  // who asks, and in which world, may stand in headers alone
  vary: 'authorization, x-world',
  ...(etag !== undefined && { etag }),
})
