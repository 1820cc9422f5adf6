import type pg from 'pg'
import { compressed } from '#platform/http/compress'
import { HttpProblem, notFound } from '#platform/http/problem'
import { type Route, type RouteInput, type RouteOutput, route } from '#platform/http/route'
import { binaryType } from '#sync/binary'
import { formatCursor } from '#sync/cursor'
import { type Sync, TooManyStreams } from '#sync/sync'
import type { World } from '#world/read/worlds'
import { type ApiContext, readWorld } from '../api-context.ts'
import { eventsQuery, filterOf, initQuery, lastEventId, snapshotsQuery } from './schemas.ts'

const streamHeaders = {
  'cache-control': 'no-cache, no-transform',
  // a proxy that gathers what it passes on would make every change late
  'x-accel-buffering': 'no',
}

const worldOf = (
  context: ApiContext,
  { tenantId, defaultWorld }: Pick<RouteInput<unknown, unknown, unknown>, 'tenantId' | 'defaultWorld'>,
  name: string | undefined,
): Promise<World> =>
  readWorld(context, tenantId, name ?? defaultWorld, undefined, async (_: pg.PoolClient, world) => world)

/** @throws HttpProblem 501 where this host cannot */
const syncOf = ({ sync }: ApiContext): Sync => {
  if (sync !== undefined) return sync
  throw new HttpProblem(501, 'No streams here', 'This server does not tell what changes in a world.')
}

const init = route<ApiContext, never, typeof initQuery, never>({
  method: 'GET',
  path: '/world/init',
  operationId: 'initWorld',
  summary: 'The full state of a world, and the cursor from which its stream goes on: docs/sync-protocol.md',
  querySchema: initQuery,
  responses: {
    200: { description: 'One JSON object, or with Accept: application/x-ndjson its entities as lines' },
  },
  handle: async (context, input): Promise<RouteOutput> => {
    const { query, headers, tenantId } = input
    const sync = syncOf(context)
    const { worldId, name, settings } = await worldOf(context, input, query.world)
    const world = { tenantId, worldId }
    // entities are read when all of them have answered, so that none is older than the cursor
    const [cursor, filter, latest] = await Promise.all([
      sync.start(world),
      sync.placed(world, filterOf(query)),
      sync.latest(world),
    ])
    if (filter === undefined) throw notFound(`there is no entity '${query.follow}' to follow`)
    const latestSnapshot = latest ? { tick: latest.tick, seq: latest.seq, timestamp: latest.timestamp } : null
    const head = { world: name, cursor: formatCursor(cursor), currentTick: cursor.tick, latestSnapshot }
    const pages = sync.entities(world, settings, filter)
    const isLines = (headers.accept ?? '').includes('application/x-ndjson')
    return compressed(headers, {
      status: 200,
      headers: { 'content-type': isLines ? 'application/x-ndjson' : 'application/json' },
      stream: (isLines ? asLines : asObject)(head, pages, () => sync.now(world)),
    })
  },
})

type Pages = ReturnType<Sync['entities']>

/** Positions may be as of any tick up to this one, which is the last when all has been read. */
type LastTick = () => Promise<number>

async function* asObject(head: object, pages: Pages, lastTick: LastTick): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"fullState":{"entities":[`
  let separator = ''
  for await (const page of pages) {
    if (page.length === 0) continue
    yield separator + page.map((entity) => JSON.stringify(entity)).join(',')
    separator = ','
  }
  yield `]},"lastTick":${await lastTick()}}`
}

async function* asLines(head: object, pages: Pages, lastTick: LastTick): AsyncGenerator<string> {
  yield `${JSON.stringify(head)}\n`
  for await (const page of pages) yield page.map((entity) => `${JSON.stringify(entity)}\n`).join('')
  yield `{"end":true,"lastTick":${await lastTick()}}\n`
}

const snapshots = route<ApiContext, never, typeof snapshotsQuery, never>({
  method: 'GET',
  path: '/world/snapshots',
  operationId: 'listTickSnapshots',
  summary: 'What happened in ticks, as far as it is still held: docs/sync-protocol.md',
  querySchema: snapshotsQuery,
  responses: {
    200: { description: 'Tick snapshots, and which ticks have none of their own' },
    410: { description: 'from has expired; oldest is the oldest tick that is held' },
  },
  handle: async (context, input): Promise<RouteOutput> => {
    const { query, headers, tenantId } = input
    const sync = syncOf(context)
    const { worldId, name, settings } = await worldOf(context, input, query.world)
    const { from, to } = query
    const filter = filterOf(query)
    const held = await sync.snapshots({ tenantId, worldId }, settings, { from, to }, filter)
    const { oldest, latest, gaps } = held
    // a snapshot holds the ticks that were put together in it
    const isGone = oldest === null ? from <= latest : from < oldest && gaps[0]?.reason === 'missing'
    if (isGone)
      throw new HttpProblem(
        410,
        'Ticks expired',
        `Tick ${from} of '${name}' is no longer held; begin with GET /world/init.`,
        {
          members: { oldest },
          errors: [{ field: 'query.from', message: `must be at least ${oldest ?? latest + 1}` }],
        },
      )
    return compressed(headers, { status: 200, body: { from, to, ...held } })
  },
})

const events = route<ApiContext, never, typeof eventsQuery, never>({
  method: 'GET',
  path: '/events',
  operationId: 'streamEvents',
  summary:
    'What changes in a world, as it changes, as server-sent events or MessagePack: docs/sync-protocol.md',
  querySchema: eventsQuery,
  responses: {
    200: { description: `text/event-stream, or with Accept: ${binaryType} MessagePack` },
    429: { description: 'Too many streams' },
  },
  handle: async (context, input): Promise<RouteOutput> => {
    const { query, headers, tenantId } = input
    const sync = syncOf(context)
    const { worldId, name, settings } = await worldOf(context, input, query.world)
    const { cast, rate, far, compress } = query
    const cursor = lastEventId(headers['last-event-id']) ?? query.cursor
    const isBinary = (headers.accept ?? '').includes(binaryType)
    const encoding = isBinary ? 'binary' : 'text'
    const type = isBinary ? binaryType : 'text/event-stream; charset=utf-8'
    try {
      const stream = sync.stream({ tenantId, worldId }, settings, {
        ...{ world: name, cast, encoding, rate, far, cursor, filter: filterOf(query) },
      })
      const output = { status: 200, headers: { 'content-type': type, ...streamHeaders }, stream }
      return compress === undefined ? output : compressed(headers, output, 'small')
    } catch (error) {
      if (!(error instanceof TooManyStreams)) throw error
      throw new HttpProblem(429, 'Too many streams', `${error.message}; close one first.`, {
        retryAfterSeconds: 30,
      })
    }
  },
})

/** The state of a world, and what changes it. */
export const syncApiRoutes: Route<ApiContext>[] = [init, snapshots, events]
