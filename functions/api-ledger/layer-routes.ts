import * as z from 'zod'
import { readDueShards } from '#ledger/due-shards'
import { setLayerPaused } from '#ledger/postgres/pause-layer'
import type { ShardWork } from '#ledger/shard-bell'
import { HttpProblem } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import type { ApiContext } from '../api-context.ts'
import { administer, ringFor } from './administer.ts'
import { layerSchema, worldField } from './schemas.ts'

const pauseQuery = z.strictObject({ world: worldField, layer: layerSchema })

const pausedSchema = z.object({ layer: layerSchema, paused: z.boolean() }).meta({ id: 'PausedLayer' })

const notBegun = (world: string, layer: string): HttpProblem =>
  new HttpProblem(409, 'No such layer yet', `the ledger of '${world}' has no layer ${layer} yet`)

const setPaused = (action: 'pause' | 'resume') => {
  const paused = action === 'pause'
  const operationId = `${action}Ledger`
  return route<ApiContext, never, typeof pauseQuery, never>({
    method: 'POST',
    path: `/admin/ledger/${action}`,
    operationId,
    summary: paused
      ? 'Stops the commits of a layer; what it has to take waits, and so does every layer above'
      : 'Goes on with the commits of a layer',
    querySchema: pauseQuery,
    responses: {
      200: { description: 'It is so, or was already', schema: pausedSchema },
      409: { description: 'The world’s ledger has no such layer yet' },
    },
    handle: async (context, { origin, query: { world, layer }, defaultWorld }) => {
      const name = world ?? defaultWorld
      const works = await administer<ShardWork[]>(
        context,
        origin,
        name,
        operationId,
        async (client, { worldId }) => {
          const key = { worldId, tenantId: origin.tenantId }
          if (!(await setLayerPaused(client, key, layer, paused)))
            return { status: 'refused', code: 'no-such-layer', problem: notBegun(name, layer) }
          const answer = paused ? [] : await readDueShards(client, key, [layer])
          return { status: 'applied', audit: { layer }, answer }
        },
      )
      await ringFor(context, works, `resume ${origin.requestId}`)
      return { status: 200, body: { layer, paused } }
    },
  })
}

/** Whether engines work on a layer. */
export const layerRoutes: Route<ApiContext>[] = [setPaused('pause'), setPaused('resume')]
