import * as z from 'zod'
import { wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { type PhysicsHttpContext, worldPath } from './http-context.ts'

const tick = wholeNumber(0, 999_999_999_999_999)
const ticksQuery = z.strictObject({
  from: tick,
  to: tick,
  limit: wholeNumber(1, 1_000),
  /** Separated by commas; absent: all. */
  regions: z.string().max(10_000).optional(),
})

/** Where the store of tick snapshots is this process's own memory, the API asks here. */
export const ticksRoute: Route<PhysicsHttpContext> = route<
  PhysicsHttpContext,
  typeof worldPath,
  typeof ticksQuery,
  never
>({
  method: 'GET',
  path: '/worlds/{worldId}/ticks',
  operationId: 'ticks',
  summary: 'Tick snapshots as they are stored; data is base64',
  pathSchema: worldPath,
  querySchema: ticksQuery,
  responses: {},
  handle: async ({ ticks }, { path: { worldId }, query: { from, to, limit, regions } }) => {
    const latest = (await ticks.latest(worldId)) ?? null
    const wanted = regions === undefined ? '*' : regions.split(',')
    const stored = await ticks.read(worldId, { fromTick: from, toTick: to }, wanted, limit)
    const asText = stored.map(({ slices, ...rest }) => ({
      ...rest,
      slices: slices.map(({ region, data }) => ({ region, data: Buffer.from(data).toString('base64') })),
    }))
    return { status: 200, body: { latest, ticks: asText } }
  },
})
