import type pg from 'pg'
import * as z from 'zod'
import { readDueShards } from '#ledger/due-shards'
import { type PostedTicks, postTicks, TicksRefused } from '#ledger/post-ticks'
import type { WorldKey } from '#ledger/postgres/append-segment'
import type { ShardWork } from '#ledger/shard-bell'
import { HttpProblem, invalid, notFound } from '#platform/http/problem'
import { type RouteInput, route } from '#platform/http/route'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTenantTransaction } from '#platform/postgres/pool'
import { findWorld } from '#world/read/worlds'
import type { ApiContext } from '../api-context.ts'
import { ringFor } from './administer.ts'
import { worldQuery } from './schemas.ts'
import { ticksBody, toEntityTick } from './ticks-body.ts'

const takenSchema = z
  .object({
    taken: z.int().meta({ description: 'Ticks that are new' }),
    duplicates: z.int().meta({
      description: 'Ticks of entities that had them before, with this content or another: not counted',
    }),
    expired: z
      .int()
      .meta({ description: 'Ticks as old as those that are kept no longer (ledger.ticksKept): not counted' }),
    watermark: z.int().meta({ description: 'Of the world: all ticks up to it count as known' }),
  })
  .meta({ id: 'TakenTicks' })

/** How long a client that is held back, or that found the store away, is to wait. */
const retryAfterSeconds = 5

const problems: Record<TicksRefused['code'], (refused: TicksRefused) => HttpProblem> = {
  'other-producer': ({ message }) => new HttpProblem(409, 'Another producer', message),
  'no-layers': ({ message }) => new HttpProblem(409, 'No layers', message),
  'too-far': ({ message }) => invalid([{ field: 'watermark', message }]),
  backlog: ({ message }) =>
    new HttpProblem(429, 'Too many ticks', `${message}; send these ticks again later.`, {
      retryAfterSeconds,
    }),
  'store-away': ({ message, cause }) =>
    new HttpProblem(503, 'Object store unavailable', `${message}; send them again later.`, {
      ...{ retryAfterSeconds, cause },
    }),
}

type TicksInput = RouteInput<unknown, z.output<typeof worldQuery>, z.output<typeof ticksBody>>

export const ticksRoute = route<ApiContext, never, typeof worldQuery, typeof ticksBody>({
  method: 'POST',
  path: '/ticks',
  operationId: 'postTicks',
  summary: 'Ticks of entities from an external service, each counted once by entityId and tickId',
  querySchema: worldQuery,
  bodySchema: ticksBody,
  responses: {
    200: { description: 'The ticks are kept', schema: takenSchema },
    404: { description: 'No such world' },
    409: { description: 'The world’s ledger.producer is not external, or its ledger has no layers' },
    429: { description: 'The engines of the ledger are behind; Retry-After says when to send it again' },
    503: { description: 'Database or object store cannot be reached; nothing was taken' },
  },
  handle: async (context, input) => {
    const { requestId } = input.origin
    const { posted, works } = await take(context, input)
    const { taken, duplicates, expired, watermark } = posted
    // the ticks are kept whatever becomes of the bells: the next batch rings again, and the sweep of the engines does
    await ringFor(context, works, `ticks ${requestId}`).catch((error) =>
      context.reportFault(error, requestId),
    )
    return { status: 200, body: { taken, duplicates, expired, watermark } }
  },
})

interface Taken {
  posted: PostedTicks
  works: ShardWork[]
}

const take = (context: ApiContext, { origin, query, defaultWorld, body }: TicksInput): Promise<Taken> => {
  const { readers, reportFault } = context
  const name = query.world ?? defaultWorld
  const { tenantId, requestId, traceparent } = origin
  const ticks = body.ticks.map(toEntityTick)
  return inTenantTransaction(readers, tenantId, async (client) => {
    const found = await findWorld(client, tenantId, name)
    if (found === undefined) throw notFound(`there is no world '${name}'`)
    const world = { worldId: found.worldId, tenantId }
    const posted = await postTicks({
      ...{ client, objects: storeOf(context), world, ticks, traceparent, watermark: body.watermark },
      readSettings: async () => (await findWorld(client, tenantId, name))!.settings.ledger,
      cause: { requestId, traceparent },
    })
    return { posted, works: await worksOf(client, world, posted) }
  }).catch((error: unknown) => {
    if (!(error instanceof TicksRefused)) throw error
    if (error.cause !== undefined) reportFault(error.cause, requestId)
    throw problems[error.code](error)
  })
}

const storeOf = ({ ledger }: ApiContext): ObjectStore => {
  if (ledger !== undefined) return ledger.objects
  throw new TicksRefused('store-away', 'this host has no object store for ticks')
}

/** A batch that is posted again may be one whose bells were lost, or say no more than how far the ticks reach. */
const worksOf = async (
  client: pg.ClientBase,
  world: WorldKey,
  { layer, shards }: PostedTicks,
): Promise<ShardWork[]> =>
  shards.length === 0
    ? readDueShards(client, world, [layer])
    : shards.map((shard) => ({ ...world, layer, shard }))
