import type { WorldEvent } from '#world/event'
import { applySettings, type WorldSettings } from '#world/settings'
import { groupsOf, hasGroups } from './casts.ts'
import type { Cursor } from './cursor.ts'
import { type Facts, factsOf, putsBody, writtenClass } from './facts.ts'
import type { Frame, Moves } from './frame.ts'
import type { Digest, FollowedWorld, LiveTick, LiveTicks } from './live-ticks.ts'
import type { Telling } from './messages.ts'
import { createNumbers } from './numbers.ts'
import { entrants, type Found, narrow, type View } from './view.ts'

/** What the hub of a world reads: each call sees what is committed by then. */
export interface WorldReads {
  /** Events after a seq, in order, up to `limit`; fewer where they are large. What they hide is for nobody to see. */
  events(world: FollowedWorld, afterSeq: number, limit: number): Promise<WorldEvent[]>
  entities(world: FollowedWorld, ids: readonly string[]): Promise<Found>
  /** The world's last seq, and the last tick that it has made. */
  cursor(world: FollowedWorld): Promise<Cursor>
  /** Classes of entities, also of such that are no more; without those that nobody knows. */
  classes(world: FollowedWorld, ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** Who is told of a world. */
export interface Sink {
  view: View
  /** A frame of the view: narrowed, or the hub's own where the view is whole. Never throws. */
  push(frame: Frame): void
  /** After the frame of that tick. */
  digest(tick: LiveTick, digests: readonly Digest[]): void
  /** What comes next is not what follows on what was told: it has to begin anew. */
  cut(): void
}

/** Merges the two channels of one world into one order, for any number of sinks. */
export interface Hub {
  /** As far as all sinks have been told. */
  cursor(): Cursor
  /** Tells the sink of all that comes after the cursor it answers. */
  join(sink: Sink): Cursor
  leave(sink: Sink): void
  size(): number
  telling: Telling
  /** The log has events up to there; where they are given, those after what was told need not be read. */
  wake(seq: number, events?: readonly WorldEvent[]): void
  /** Resolves when everything that was committed before the call has been told. */
  refresh(): Promise<void>
  /** Runs while nothing is told. */
  exclusively<T>(task: () => Promise<T>): Promise<T>
  /** Resolves when the tick has been told, or after so many milliseconds. */
  untilTick(tick: number, ms: number): Promise<boolean>
  close(): void
}

export interface HubOptions {
  world: FollowedWorld
  reads: WorldReads
  ticks: LiveTicks
  start: Cursor
  /** Of the world; changed by its log. */
  settings: WorldSettings
  /** After the holder's feed has ended, it is looked for again so much later. */
  retryMs: number
  report: (error: unknown) => void
}

const readEvents = 1_000
const rememberedClasses = 100_000
const rememberedAhead = 100_000

export const createHub = (options: HubOptions): Hub => {
  const { world, reads, ticks, retryMs, report } = options
  const sinks = new Set<Sink>()
  const closing = new AbortController()
  const waiters = new Set<() => void>()
  /** Where entities were written to after what the last tick had taken up: a tick knows nothing of that. */
  const ahead = new Map<string, number>()
  let at = options.start
  /** The end of the last frame: what comes after it and says nothing makes no frame of its own. */
  let toldTo = at
  /** As of the feed. */
  let tickSeq = 0
  /** Ticks that no frame has told. */
  let silentTicks = 0
  let headSeq = at.seq
  let isSeeded = false
  let work: Promise<unknown> = Promise.resolve()
  let { settings } = options
  let groupOf = groupsOf(settings.sync)
  /** Of entities that frames tell of, where the world has groups. */
  const classes = new Map<string, string>()

  /** One after the other: what is told keeps the order of what happened. */
  const next = <T>(task: () => Promise<T>): Promise<T> => {
    const done = work.then(task)
    work = done.catch(report)
    return done
  }

  const deliver = async (frame: Frame): Promise<void> => {
    const wanted = new Set<string>()
    for (const { view } of sinks) for (const id of entrants(view, frame)) wanted.add(id)
    const found: Found = wanted.size === 0 ? new Map() : await reads.entities(world, [...wanted])
    if (hasGroups(settings.sync)) await learnClasses(frame.facts)
    at = frame.to
    toldTo = at
    for (const sink of sinks)
      sink.push(
        sink.view.inside === undefined && !sink.view.filter.components
          ? frame
          : narrow(sink.view, frame, found),
      )
  }

  const learnClasses = async (facts: Facts): Promise<void> => {
    if (classes.size > rememberedClasses) classes.clear()
    const unknown: string[] = []
    for (const [id, fact] of facts) {
      const classType = writtenClass(fact)
      if (classType !== undefined) classes.set(id, classType)
      else if (!classes.has(id)) unknown.push(id)
    }
    if (unknown.length === 0) return
    for (const [id, classType] of await reads.classes(world, unknown)) classes.set(id, classType)
  }

  const takeSettings = (events: readonly WorldEvent[]): void => {
    for (const event of events)
      if (event.type === 'world.settings_changed.v1') {
        settings = applySettings(settings, event.data.changes)
        groupOf = groupsOf(settings.sync)
      }
  }

  const tellWritten = async (events: readonly WorldEvent[]): Promise<void> => {
    const last = events.at(-1)
    if (last === undefined) return
    takeSettings(events)
    const facts = factsOf(events)
    for (const event of events) if (putsBody(event)) noteAhead(event.entityId!, event.seq)
    const frame = { from: toldTo, to: { seq: last.seq, tick: at.tick }, timestamp: last.occurredAt, ticks: 0 }
    await deliver({ ...frame, facts, moves: new Map() })
  }

  /** Where nobody holds the world no tick ever takes anything up: the oldest are forgotten then. */
  const noteAhead = (id: string, seq: number): void => {
    ahead.delete(id)
    ahead.set(id, seq)
    if (ahead.size > rememberedAhead) ahead.delete(ahead.keys().next().value!)
  }

  const readOn = async (): Promise<void> => {
    for (;;) {
      const events = await reads.events(world, at.seq, readEvents)
      if (events.length === 0) return
      await tellWritten(events)
    }
  }

  /** What was written before the hub began, and the physics had not taken up then. */
  const learnAhead = async (takenSeq: number): Promise<void> => {
    if (isSeeded) return
    for (let after = takenSeq; after < options.start.seq; ) {
      const events = await reads.events(world, after, Math.min(readEvents, options.start.seq - after))
      if (events.length === 0) break
      for (const event of events)
        if (putsBody(event) && (ahead.get(event.entityId!) ?? 0) < event.seq)
          noteAhead(event.entityId!, event.seq)
      after = events.at(-1)!.seq
    }
    isSeeded = true
  }

  const tellTick = async (live: LiveTick): Promise<void> => {
    // what the tick had taken up is told before it: an entity has to be there to move
    if (live.seq > at.seq) await readOn()
    await learnAhead(live.seq)
    tickSeq = live.seq
    if (live.isCut && live.tick > at.tick) {
      at = { ...at, tick: live.tick }
      toldTo = at
      for (const sink of sinks) sink.cut()
    } else if (live.tick > at.tick) {
      const moves = known(live.moves)
      silentTicks += live.ticks
      const frame = {
        from: toldTo,
        to: { seq: at.seq, tick: live.tick },
        timestamp: live.timestamp,
        ticks: silentTicks,
      }
      if (moves.size === 0 && live.digests.length === 0) at = frame.to
      else {
        silentTicks = 0
        await deliver({ ...frame, facts: new Map(), moves })
      }
    }
    for (const [id, seq] of ahead) if (seq <= tickSeq) ahead.delete(id)
    if (live.digests.length > 0 && at.tick === live.tick)
      for (const sink of sinks) sink.digest(live, live.digests)
    for (const waiter of waiters) waiter()
  }

  /** Without those of entities that were written to, or deleted, after what the tick had taken up. */
  const known = (moves: Moves): Moves => {
    if (ahead.size === 0) return moves
    const kept: Moves = new Map(moves)
    for (const [id, seq] of ahead) if (seq > tickSeq) kept.delete(id)
    return kept
  }

  const follow = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        for await (const live of ticks.follow(world, at.tick, closing.signal))
          await next(() => tellTick(live))
      } catch (error) {
        if (!closing.signal.aborted) report(error)
      }
      await pause(retryMs, closing.signal)
    }
  }
  void follow()

  return {
    cursor: () => at,
    join: (sink) => {
      sinks.add(sink)
      return at
    },
    leave: (sink) => void sinks.delete(sink),
    size: () => sinks.size,
    telling: {
      groupOf: (classType) => groupOf(classType),
      classOf: (id) => classes.get(id),
      numbers: createNumbers(),
    },
    wake: (seq, events) => {
      if (seq <= headSeq) return
      headSeq = seq
      void next(async () => {
        if (seq <= at.seq) return
        if (events?.[0]?.seq === at.seq + 1) await tellWritten(events)
        else await readOn()
      }).catch(() => {
        // whoever rings next, be it for the same seq, is to find it undone
        headSeq = at.seq
      })
    },
    refresh: () => next(readOn),
    exclusively: next,
    untilTick: (tick, ms) => untilTick(() => at.tick >= tick, waiters, ms),
    close: () => closing.abort(),
  }
}

const untilTick = (isThere: () => boolean, waiters: Set<() => void>, ms: number): Promise<boolean> => {
  if (isThere()) return Promise.resolve(true)
  return new Promise((resolve) => {
    const settle = (is: boolean) => {
      clearTimeout(timer)
      waiters.delete(look)
      resolve(is)
    }
    const look = () => {
      if (isThere()) settle(true)
    }
    const timer = setTimeout(() => settle(isThere()), ms)
    waiters.add(look)
  })
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
