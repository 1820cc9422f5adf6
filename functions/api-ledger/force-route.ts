import * as z from 'zod'
import { readDueShards } from '#ledger/due-shards'
import { forceCut } from '#ledger/postgres/force-cut'
import type { ShardWork } from '#ledger/shard-bell'
import { HttpProblem } from '#platform/http/problem'
import { route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { administer, ringFor } from './administer.ts'
import { worldQuery } from './schemas.ts'

const forceBody = z.strictObject({})

const forceSchema = z
  .object({
    cutAt: z
      .int()
      .meta({ description: 'The last tick of the spans that it ends: all ticks up to it are known' }),
  })
  .meta({ id: 'ForcedCommit' })

const noTicks = (world: string): HttpProblem =>
  new HttpProblem(409, 'No ticks yet', `the ledger of '${world}' begins with its first tick`)

interface Forced {
  cutAt: number
  works: ShardWork[]
}

export const forceRoute = route<ApiContext, never, typeof worldQuery, typeof forceBody>({
  method: 'POST',
  path: '/commit/force',
  operationId: 'forceCommit',
  summary:
    'Ends all open spans of a world, in every layer, with the last tick that is known; engines commit them then',
  querySchema: worldQuery,
  bodySchema: forceBody,
  responses: {
    200: { description: 'Where they end', schema: forceSchema },
    409: { description: 'The world has no ticks yet' },
  },
  handle: async (context, { origin, query, defaultWorld }) => {
    const name = query.world ?? defaultWorld
    const { tenantId, requestId, traceparent } = origin
    const forced = await administer<Forced>(
      context,
      origin,
      name,
      'forceCommit',
      async (client, { worldId }) => {
        const cutAt = await forceCut(client, { worldId, tenantId }, { requestId, traceparent })
        if (cutAt === undefined) return { status: 'refused', code: 'no-ticks', problem: noTicks(name) }
        const works = await readDueShards(client, { worldId, tenantId })
        return { status: 'applied', audit: { cutAt }, answer: { cutAt, works } }
      },
    )
    await ringFor(context, forced.works, `force ${requestId}`)
    return { status: 200, body: { cutAt: forced.cutAt } }
  },
})
