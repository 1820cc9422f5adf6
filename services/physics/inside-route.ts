import * as z from 'zod'
import { numberList, wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import { ask, type PhysicsHttpContext, worldPath } from './http-context.ts'

const corner = numberList(3, 'must be three numbers: x,y,z').transform(
  (values) => values as [number, number, number],
)

const insideQuery = z.strictObject({ min: corner, max: corner, limit: wholeNumber(1, 1_000_000) })

/** What the streams of clients ask: where the bodies in a box are, and what of the log that knows. */
export const insideRoute: Route<PhysicsHttpContext> = route<
  PhysicsHttpContext,
  typeof worldPath,
  typeof insideQuery,
  never
>({
  method: 'GET',
  path: '/worlds/{worldId}/inside',
  operationId: 'inside',
  summary: 'Bodies in a box, each as [id, x, y, z]',
  pathSchema: worldPath,
  querySchema: insideQuery,
  responses: {},
  handle: async (context, { path: { worldId }, query }) => ({
    status: 200,
    body: await ask(context, worldId, (world) => world.inside(query)),
  }),
})
