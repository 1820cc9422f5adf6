import type pg from 'pg'
import type { Embedder } from '#chronicle/embedding/embedder'
import type { TileCache } from '#ledger/tile-cache'
import type { Dispatch } from '#platform/http/dispatch'
import { invalid, notFound } from '#platform/http/problem'
import type { RouteInput, RouteOutput } from '#platform/http/route'
import type { ObjectStore } from '#platform/object-store/object-store'
import type { OverflowStore } from '#platform/overflow/overflow'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import type { DemandBell } from '#relay/demand'
import type { Sync } from '#sync/sync'
import type { CachedEntities } from '#world/cache/cached-entities'
import type { ForkContext } from '#world/fork/fork'
import { ancestorAt, readAncestors } from '#world/read/ancestors'
import { findWorld, type World } from '#world/read/worlds'
import type { Sealing } from '#world/sealing/sealing'
import type { SnapshotReminder } from '#world/snapshot-reminder'
import type { DoorbellRinger } from '#world/write'
import type { WorldWriter } from '#world/writer'
import { type PastNeed, reachSeq, withPast } from './past.ts'
import type { PlainTypes } from './plain-types.ts'
import type { WorldIds } from './world-ids.ts'

/** Answers a message of the Model Context Protocol; its tools ask `dispatch` in the name of who sends it. */
export type AnswerMcp = (
  dispatch: Dispatch,
  input: RouteInput<unknown, unknown, unknown>,
) => Promise<RouteOutput>

/** What the API's routes work with; each host (local server, Lambda) makes one. */
export interface ApiContext {
  writer: WorldWriter
  /** As orrery_app. */
  readers: pg.Pool
  /** Through the process's cache. */
  entities: CachedEntities
  worldIds: WorldIds
  overflow: OverflowStore
  /** Its pool is also that of other work that may take longer than a request usually does. */
  forks: ForkContext
  /** What has left the database: see `withPast`; undefined: this host cannot read it. */
  archive: ObjectStore | undefined
  /** Rung for a world that is asked about and that no physics holds; undefined where a physics service always runs. */
  demand?: DemandBell | undefined
  /** Bells for the ledger's engines, and what its archive holds; undefined: nobody is rung for, and no archive is read. */
  ledger?: { queue: Queue; objects: ObjectStore } | undefined
  /** Rung for dead letters that are to be sent again; undefined: this host has no relay. */
  relayBell?: Queue | undefined
  /** Where datasets are written; undefined: none can be asked for. */
  datasets?: ObjectStore | undefined
  /** Rung for datasets; undefined: the sweep finds them. */
  snapshots?: SnapshotReminder | undefined
  /** For sensitive component types; undefined: they are not switched on. */
  sealing?: Sealing | undefined
  /** Of this process. */
  plainTypes: PlainTypes
  /** Rung where what chronicles come to changes without an event; undefined: the sweep finds it. */
  chronicle?: DoorbellRinger | undefined
  /** What clients are told of worlds; undefined: this host has no streams. */
  sync?: Sync | undefined
  /** Makes vectors of questions; undefined: events are found by their words. */
  embedder?: Embedder | undefined
  /** Of this process. */
  tiles: TileCache
  /** A fault of ours that the client need not see. */
  reportFault(error: unknown, requestId: string): void
  /** The routes of this process themselves, for a route that asks others in its caller's name: all is checked again. */
  dispatch: Dispatch
  /** undefined: this host has no tools. The protocol's library is large, and other functions do without it. */
  mcp?: AnswerMcp | undefined
  /** Whether each part of the system is up; a part that does not answer in a second is not. */
  health(): Promise<Record<string, boolean>>
}

/** Begins a transaction that sees one state of the database and writes nothing. */
export const oneState = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

/** A world as it is read: of a fork, at a seq before its own beginning, the ancestor in whose log that is. */
export interface ReadWorld extends World {
  /** Of an ancestor: its last tick that is in the fork's past; null: none that could be rebuilt. */
  upToTick?: number | null
}

/**
 * Runs `read` on the named world in one transaction that sees one state of it and writes nothing.
 *
 * What of it is in the archive is brought back first.
 *
 * @param need of a read as of a seq.
 * @throws HttpProblem 404 where the tenant has no such world, 400 where `asOf` is beyond its log, and what `withPast` throws.
 */
export const readWorld = <T>(
  context: ApiContext,
  tenantId: string,
  name: string,
  asOf: number | undefined,
  read: (client: pg.PoolClient, world: ReadWorld) => Promise<T>,
  need?: PastNeed,
): Promise<T> => withPast(context, tenantId, () => readOnce(context, tenantId, name, asOf, read, need))

const readOnce = <T>(
  { readers }: ApiContext,
  tenantId: string,
  name: string,
  asOf: number | undefined,
  read: (client: pg.PoolClient, world: ReadWorld) => Promise<T>,
  need?: PastNeed,
): Promise<T> =>
  inTenantTransaction(
    readers,
    tenantId,
    async (client) => {
      const world = await findWorld(client, tenantId, name)
      if (world === undefined) throw notFound(`there is no world '${name}'`)
      if (asOf !== undefined && asOf > world.seq) {
        throw invalid([
          { field: 'query.asOf', message: `must be at most ${world.seq}, the last seq of '${name}'` },
        ])
      }
      if (asOf === undefined) return read(client, world)
      const then = await worldAt(client, world, asOf)
      await reachSeq(client, then.worldId, asOf, need)
      return read(client, then)
    },
    oneState,
  )

/** The world in whose log a seq lies. */
export const worldAt = async (client: pg.PoolClient, world: World, seq: number): Promise<ReadWorld> => {
  if (world.parent === null || seq > world.parent.seq) return world
  const { worldId, upToTick } = ancestorAt(await readAncestors(client, world.worldId), seq)!
  return { ...world, worldId, upToTick }
}

/** An opaque cursor: where the next page begins. */
const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

/** @throws HttpProblem 400 for anything that `encodeCursor` did not make in this shape. */
export const decodeCursor = <T>(
  cursor: string | undefined,
  parse: (value: unknown) => T | undefined,
): T | undefined => {
  if (cursor === undefined) return undefined
  try {
    const position = parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (position !== undefined) return position
  } catch {
    // falls through: not a cursor of ours
  }
  throw invalid([
    { field: 'query.cursor', message: 'must be a cursor from the Link header of an earlier answer' },
  ])
}

/** `Link: <…>; rel="next"` (RFC 8288) for this request with another cursor. */
export const nextLink = (url: URL, position: unknown): Record<string, string> => {
  const next = new URL(url)
  next.searchParams.set('cursor', encodeCursor(position))
  return { link: `<${next.pathname}${next.search}>; rel="next"` }
}
