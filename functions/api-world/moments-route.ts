import * as z from 'zod'
import { wholeNumber } from '#platform/http/query-fields'
import { route } from '#platform/http/route'
import { readMoments } from '#world/read/moments'
import { type ApiContext, readWorld } from '../api-context.ts'
import { worldPath } from './schemas.ts'

const momentsQuery = z.strictObject({
  points: wholeNumber(2, 1_000)
    .default(100)
    .meta({ description: 'How many at most; they lie evenly by seq, the first and the last among them' }),
})

const momentsSchema = z
  .object({
    seq: z.int().meta({ description: 'The last one' }),
    moments: z.array(z.object({ seq: z.int(), at: z.iso.datetime() })).meta({
      description: 'When the event of each seq came into the log; in between lies whatever lies in between',
    }),
  })
  .meta({ id: 'Moments' })

/** What a time bar is drawn by. */
export const momentsRoute = route<ApiContext, typeof worldPath, typeof momentsQuery, never>({
  method: 'GET',
  path: '/worlds/{world}/moments',
  operationId: 'listMoments',
  summary: 'When seqs came into the log of a world: its history at a glance',
  pathSchema: worldPath,
  querySchema: momentsQuery,
  responses: { 200: { description: 'The moments, in order', schema: momentsSchema } },
  handle: (context, { tenantId, path, query: { points } }) =>
    readWorld(context, tenantId, path.world, undefined, async (client, world) => {
      const moments = (await readMoments(client, world, points)).map(({ seq, at }) => ({
        ...{ seq, at: at.toISOString() },
      }))
      return { status: 200, body: { seq: world.seq, moments } }
    }),
})
