import { EventsGone } from '#relay/events-gone'
import type { WorldEvent } from '#world/event'
import type { Cursor } from './cursor.ts'
import { type Facts, factsOf, type Position, putsBody } from './facts.ts'
import { type Filter, holds, isWhole } from './filter.ts'
import type { Frame, Moves } from './frame.ts'
import type { Hub, WorldReads } from './hub.ts'
import type { FollowedWorld } from './live-ticks.ts'
import type { ResyncReason } from './messages.ts'
import type { StreamLimits, StreamOptions } from './stream-options.ts'
import { createView, entrants, type Found, isMeant, narrow, type View } from './view.ts'

/** How a client comes to where the hub is. */
export type Missed =
  | {
      /** Where the client is. */
      from: Cursor
      /** At most one, from there to where the hub was. */
      frames: Frame[]
      /** What the client holds after them. */
      view: View
      /** A frame of the hub that came meanwhile, as the view is told it. */
      narrow(frame: Frame): Promise<Frame>
    }
  | { resync: ResyncReason }

export interface MovedSince {
  /** The last event that was taken up where the bodies were there. */
  seq: number
  moves: Moves
}

export interface CatchUpContext {
  world: FollowedWorld
  hub: Hub
  reads: WorldReads & {
    /** Entities in the filter and where they are, at most so many; undefined: there are more. */
    inside(world: FollowedWorld, filter: Filter, limit: number): Promise<Map<string, Position> | undefined>
  }
  /** Bodies that have moved after the tick; undefined: nobody knows any more. */
  movedSince(world: FollowedWorld, tick: number): Promise<MovedSince | undefined>
  /** Up to what tick the rows of the world say where bodies are; undefined: to the last. */
  writtenTick(world: FollowedWorld): Promise<number | undefined>
  limits: StreamLimits
  now: () => Date
}

const patienceMs = 2_000

/** What leads the client from its cursor to the hub's, which it was told when it joined. */
export const catchUp = async (
  context: CatchUpContext,
  { cursor, filter: asked }: StreamOptions,
  joined: Cursor,
): Promise<Missed> => {
  const { world, hub, reads, limits } = context
  const from = cursor ?? joined
  // the client has read what the hub has yet to be told
  if (from.seq > joined.seq) await hub.refresh()
  if (from.seq > Math.max(joined.seq, hub.cursor().seq)) return { resync: 'behind' }
  if (from.tick > joined.tick && !(await hub.untilTick(from.tick, patienceMs))) return { resync: 'behind' }
  const to = { seq: Math.max(joined.seq, from.seq), tick: Math.max(joined.tick, from.tick) }
  const events = await missedEvents(context, from.seq, to.seq)
  // where the rows say that entities are, which say who is inside, may be older than what the client knows
  const rowsTick = isWhole(asked) ? from.tick : ((await context.writtenTick(world)) ?? from.tick)
  const movedAfter = Math.min(from.tick, rowsTick)
  const moved = movedAfter < to.tick ? await context.movedSince(world, movedAfter) : nothingMoved
  if (events === undefined || moved === undefined) return { resync: 'expired' }
  // what the client knows already, and the physics had not taken up where the bodies were there
  const early =
    moved.moves.size > 0 && moved.seq < from.seq ? await missedEvents(context, moved.seq, from.seq) : []
  if (early === undefined) return { resync: 'expired' }
  const frame: Frame = {
    ...{ from, to, timestamp: context.now().toISOString(), ticks: to.tick - from.tick },
    ...{ facts: factsOf(events), moves: withoutWritten(moved, [...early, ...events]) },
  }
  const filter = await placed(context, asked)
  if (filter === undefined) return { resync: 'filter' }
  const inside = isWhole(filter) ? new Map() : await reads.inside(world, filter, limits.heldEntities)
  if (inside === undefined) return { resync: 'filter' }
  const view = createView(filter, inside)
  const isEmpty = frame.facts.size + frame.moves.size === 0
  const frames =
    isEmpty && from.seq === to.seq && from.tick === to.tick ? [] : [await told(context, view, frame)]
  return {
    ...{ from, frames, view },
    narrow: async (later) => narrow(view, later, await find(context, entrants(view, later))),
  }
}

/** A filter that follows an entity, as a sphere about where it is now; undefined: there is none. */
export const placed = async (
  { world, reads }: Pick<CatchUpContext, 'world' | 'reads'>,
  filter: Filter,
): Promise<Filter | undefined> => {
  if (filter.follow === undefined) return filter
  const { entityId, radius } = filter.follow
  const entity = (await reads.entities(world, [entityId])).get(entityId)
  return entity && { ...filter, shape: { kind: 'sphere', centre: entity.position, radius } }
}

const nothingMoved: MovedSince = { seq: 0, moves: new Map() }

/** Undefined: they are too many, or have left the log. */
const missedEvents = async (
  { world, reads, limits }: CatchUpContext,
  afterSeq: number,
  toSeq: number,
): Promise<WorldEvent[] | undefined> => {
  if (toSeq - afterSeq > limits.missedEvents) return undefined
  const all: WorldEvent[] = []
  for (let at = afterSeq; at < toSeq; ) {
    const events = await reads.events(world, at, toSeq - at).catch(noneLeft)
    if (events.length === 0) return undefined
    all.push(...events)
    at = events.at(-1)!.seq
  }
  return all
}

const noneLeft = (error: unknown): WorldEvent[] => {
  if (error instanceof EventsGone) return []
  throw error
}

/** Where an entity was written to after what the tick had taken up, that is where it is. */
const withoutWritten = ({ seq: tickSeq, moves }: MovedSince, events: readonly WorldEvent[]): Moves => {
  const kept: Moves = new Map(moves)
  for (const event of events) if (event.seq > tickSeq && putsBody(event)) kept.delete(event.entityId!)
  return kept
}

/**
 * Where more bodies have moved, those that the rows do not say to have been in the filter are not told to be outside: only one
 * that came and went within a second, while the client was away for less, would be missed.
 */
const mostUnheld = 10_000

/**
 * Nobody knows what a client with a filter holds, so it is told of each entity that something happened to as it is
 * now: whole where it is in the filter, and else that it is not.
 */
const told = async (context: CatchUpContext, view: View, frame: Frame): Promise<Frame> => {
  if (view.inside === undefined) return narrow(view, frame, new Map())
  const { filter, inside } = view
  const ids = [...new Set([...frame.facts.keys(), ...frame.moves.keys()])]
  const mayBeIn = ids.filter((id) => {
    const moved = frame.moves.get(id)
    return moved === undefined || filter.shape === undefined || holds(filter.shape, moved)
  })
  const found = await find(context, mayBeIn)
  const isBusy = ids.length > mostUnheld
  const facts: Facts = new Map()
  for (const id of ids) {
    const entity = found.get(id)
    const position = frame.moves.get(id) ?? entity?.position
    if (entity === undefined || position === undefined || !isMeant(filter, entity, position)) {
      const wasInside = inside.delete(id)
      if (wasInside || !isBusy || frame.facts.has(id)) facts.set(id, { kind: 'deleted' })
    } else {
      inside.set(id, position)
      facts.set(id, {
        kind: 'created',
        entity: { ...entity, position: [...position] as [number, number, number] },
      })
    }
  }
  return narrow({ ...view, inside: undefined }, { ...frame, facts, moves: new Map() }, new Map())
}

const find = async ({ world, reads }: CatchUpContext, ids: readonly string[]): Promise<Found> =>
  ids.length === 0 ? new Map() : reads.entities(world, ids)
