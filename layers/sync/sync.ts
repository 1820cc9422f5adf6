import type { Entity, WorldEvent } from '#world/event'
import type { WorldSettings } from '#world/settings'
import { type Group, groupsOf, hasGroups } from './casts.ts'
import type { Cursor } from './cursor.ts'
import type { Fact } from './facts.ts'
import { cellsOfHolder } from './far.ts'
import type { Filter } from './filter.ts'
import { followEntity } from './follow.ts'
import { type ReadTicks, ticksOfHolder } from './held-ticks.ts'
import { type HolderAddress, holderState, holderTicks } from './holder-ticks.ts'
import { createHubs, type Hubs } from './hubs.ts'
import type { FollowedWorld } from './live-ticks.ts'
import { catchUp, type MovedSince, placed } from './missed.ts'
import { pagesOf } from './pages-of.ts'
import type { SyncReads } from './postgres/reads.ts'
import { classesOf, type Gap, gapsOf, regionsOf, type TickSnapshot, tickSnapshots } from './snapshots.ts'
import { openStream } from './stream.ts'
import { defaultLimits, type StreamLimits, type StreamOptions } from './stream-options.ts'
import type { LatestTick } from './tick-store.ts'

/** What clients are told of worlds, in this process. */
export interface Sync {
  /** Where a full state that is read from now on begins. */
  start(world: FollowedWorld): Promise<Cursor>
  /** The last tick that has been made. */
  now(world: FollowedWorld): Promise<number>
  /** The filter as it is at this moment, where it follows an entity; undefined: there is no such entity. */
  placed(world: FollowedWorld, filter: Filter): Promise<Filter | undefined>
  /** The entities of a full state, page by page, each with its group; never all in memory. */
  entities(
    world: FollowedWorld,
    settings: WorldSettings,
    filter: Filter,
  ): AsyncIterable<(Entity & { group: Group })[]>
  /** Tick snapshots of `from` to `to` that are held, at most 1,000. */
  snapshots(
    world: FollowedWorld,
    settings: WorldSettings,
    range: { from: number; to: number },
    filter: Filter,
  ): Promise<SnapshotsAnswer>
  /** The newest tick that is held. */
  latest(world: FollowedWorld): Promise<LatestTick | undefined>
  /** @throws TooManyStreams */
  stream(
    world: FollowedWorld,
    settings: WorldSettings,
    options: StreamOptions,
  ): AsyncIterable<string | Uint8Array>
  /** Events that somebody has committed: whoever watches need not wait until they are looked for. */
  changed: Hubs['changed']
  close(): void
}

export interface SnapshotsAnswer {
  oldest: number | null
  latest: number
  snapshots: TickSnapshot[]
  gaps: Gap[]
}

/** The tenant watches as much as it may. */
export class TooManyStreams extends Error {
  readonly code = 'too-many-streams'
}

export interface SyncOptions {
  reads: SyncReads
  addressOf: HolderAddress
  hide(event: WorldEvent): WorldEvent
  /** The same of what tick snapshots hold, which is as the log has it. */
  hideFact(fact: Fact): Fact
  report: (error: unknown) => void
  /** Where tick snapshots are kept; default: in the memory of whoever holds a world. */
  readTicks?: ReadTicks
  /** As of `HubsOptions`; default 250. */
  pollMs?: number
  limits?: Partial<StreamLimits>
  /** Default 1,000. */
  streamsOfTenant?: number
}

const lingerMs = 30_000
const retryMs = 500
const snapshotLimit = 1_000

export const createSync = (options: SyncOptions): Sync => {
  const { reads, addressOf, hide, hideFact, report, pollMs = 250, streamsOfTenant = 1_000 } = options
  const limits = { ...defaultLimits, ...options.limits }
  const ticks = holderTicks(addressOf)
  const readCells = cellsOfHolder(addressOf, () => performance.now())
  const { readTicks = ticksOfHolder(addressOf) } = options
  const hubs = createHubs({ reads, ticks, hide, pollMs, lingerMs, retryMs, report })
  const streams = new Map<string, number>()

  const movedSince = async (world: FollowedWorld, tick: number): Promise<MovedSince | undefined> => {
    const signal = new AbortController()
    try {
      for await (const live of ticks.follow(world, tick, signal.signal)) return live.isCut ? undefined : live
      return undefined
    } finally {
      signal.abort()
    }
  }

  const stream = async function* (
    world: FollowedWorld,
    settings: WorldSettings,
    asked: StreamOptions,
  ): AsyncGenerator<string | Uint8Array> {
    const { tenantId } = world
    // here and not before: a stream that nobody begins to read never ends
    streams.set(tenantId, (streams.get(tenantId) ?? 0) + 1)
    let release = () => {}
    try {
      const used = await hubs.use(world, settings)
      const { hub } = used
      release = used.release
      const writtenTick = async () => (await holderState(addressOf, world))?.writtenTick
      const context = { world, hub, reads, movedSince, writtenTick, limits, now: () => new Date() }
      yield* openStream(
        {
          ...{ hub, telling: hub.telling, limits, nowMs: () => performance.now() },
          catchUp: (wanted, joined) => catchUp(context, wanted, joined),
          cells: (exponent) => readCells(world, exponent),
          follow: (view, at) => followEntity(context, view, at),
        },
        asked,
      )
    } finally {
      release()
      streams.set(tenantId, streams.get(tenantId)! - 1)
    }
  }

  return {
    start: async (world) => {
      const [at, holder] = await Promise.all([reads.cursor(world), holderState(addressOf, world)])
      return { seq: at.seq, tick: holder === undefined ? at.tick : holder.writtenTick }
    },
    now: async (world) => ((await holderState(addressOf, world)) ?? (await reads.cursor(world))).tick,
    placed: (world, filter) => placed({ world, reads }, filter),
    entities: async function* (world, settings, filter) {
      const groupOf = groupsOf(settings.sync)
      for await (const entities of pagesOf(reads, world, filter, limits.heldEntities))
        yield entities.map((entity) => ({ ...entity, group: groupOf(entity.classType) }))
    },
    snapshots: async (world, settings, { from, to }, filter) => {
      const regions = regionsOf(filter, settings.sync.cellExponent)
      const range = { fromTick: from, toTick: to }
      const { latest, ticks: stored } = await readTicks(world, range, regions, snapshotLimit)
      const groupOf = groupsOf(settings.sync)
      const classes = hasGroups(settings.sync)
        ? await classesOf(reads, world, stored)
        : new Map<string, string>()
      // what lies behind the limit is the next request's
      const end = stored.length === snapshotLimit ? stored.at(-1)!.tick : to
      return {
        ...{ oldest: latest?.oldestTick ?? null, latest: latest?.tick ?? 0 },
        snapshots: tickSnapshots(world.worldId, stored, groupOf, (id) => classes.get(id), hideFact),
        gaps: gapsOf(stored, from, end, latest?.tick ?? 0),
      }
    },
    latest: async (world) => (await readTicks(world, { fromTick: 0, toTick: 0 }, [], 1)).latest,
    stream: (world, settings, asked) => {
      const running = streams.get(world.tenantId) ?? 0
      if (running >= streamsOfTenant)
        throw new TooManyStreams(`${running} streams are open, as many as a tenant may have`)
      return stream(world, settings, asked)
    },
    changed: hubs.changed,
    close: hubs.close,
  }
}
