import * as z from 'zod'
import { readLedgerStatus } from '#ledger/postgres/read-status'
import { layerNames } from '#ledger/settings'
import { route } from '#platform/http/route'
import { type ApiContext, readWorld } from '../api-context.ts'
import { hash, layerSchema, worldQuery } from './schemas.ts'

const statusSchema = z
  .object({
    stream: z
      .object({
        layer: layerSchema.meta({ description: 'The layer that takes the ticks' }),
        segment: z.int().meta({ description: 'How many segments there were' }),
        watermark: z.int().meta({ description: 'All ticks up to this one are known' }),
      })
      .nullable()
      .meta({ description: 'null: nobody has brought a tick yet' }),
    ticks: z
      .object({
        segments: z.int(),
        bytes: z.int(),
        ticks: z.int().meta({ description: 'Of entities' }),
        fromTick: z.int().nullable(),
        toTick: z.int().nullable(),
      })
      .meta({ description: 'Raw ticks that are kept: commits can be computed again from them' }),
    layers: z.array(
      z.object({
        layer: layerSchema,
        source: layerSchema.nullable().meta({ description: 'The layer whose commits it takes; null: ticks' }),
        closedTo: z.int().meta({ description: 'All windows up to this tick have all their commits' }),
        manifest: z.int().meta({ description: 'The last manifest; 0: none' }),
        hash: hash.meta({ description: 'Of the last manifest; SHA-256, hex' }),
        paused: z.boolean(),
        shards: z.object({
          count: z.int(),
          open: z.int().meta({ description: 'With something that is not committed yet' }),
          behind: z.int().meta({ description: 'With something that is due' }),
        }),
      }),
    ),
  })
  .meta({ id: 'LedgerStatus' })

export const statusRoute = route<ApiContext, never, typeof worldQuery, never>({
  method: 'GET',
  path: '/ledger/status',
  operationId: 'getLedgerStatus',
  summary: 'How far the ledger of a world has come, layer by layer, finest first',
  querySchema: worldQuery,
  responses: { 200: { description: 'The ledger', schema: statusSchema } },
  handle: (context, { tenantId, query, defaultWorld }) =>
    readWorld(context, tenantId, query.world ?? defaultWorld, undefined, async (client, world) => ({
      status: 200,
      body: await readLedgerStatus(client, world.worldId, world.settings.ledger, layerNames),
    })),
})
