import { binaryEncoder } from './binary.ts'
import type { Cursor } from './cursor.ts'
import { cellsOutside, type FarCell, farEveryMs } from './far.ts'
import { shapeAfter } from './filter.ts'
import type { Frame } from './frame.ts'
import type { Hub, Sink } from './hub.ts'
import { digestMessages, type Message, type ResyncReason, type Telling, textEncoder } from './messages.ts'
import type { Missed } from './missed.ts'
import { createPending } from './pending.ts'
import type { StreamLimits, StreamOptions } from './stream-options.ts'
import type { View } from './view.ts'

export interface StreamContext {
  hub: Hub
  telling: Telling
  limits: StreamLimits
  /** Milliseconds, monotonic. */
  nowMs: () => number
  /** What leads from the client's cursor to where the hub is, and the view that it then holds. */
  catchUp(options: StreamOptions, hubCursor: Cursor): Promise<Missed>
  /** As `ReadCells`. */
  cells(exponent: number): Promise<FarCell[] | undefined>
  /** As `followEntity`. */
  follow(view: View, at: Cursor): Promise<Frame | undefined>
}

/**
 * The events of a stream, each as its encoding has it, until the reader returns, the time is over or the client has to begin anew. Memory
 * does not grow with a reader that is slow: what waits is put together, and ended with `resync` where that is too much.
 */
export async function* openStream(
  context: StreamContext,
  options: StreamOptions,
): AsyncGenerator<string | Uint8Array> {
  const { hub, telling, limits, nowMs, catchUp } = context
  const { world, cast, rate, far, encoding } = options
  const encoder = encoding === 'binary' ? binaryEncoder(telling) : textEncoder(telling)
  const endsAt = nowMs() + limits.longestMs
  const pending = createPending(limits.pendingBytes)
  let resync: ResyncReason | undefined
  let wake = () => {}
  // until the view is known everything that comes is kept whole, for it to be narrowed
  const early: Parameters<Sink['push']>[0][] = []
  let isReady = false
  let silentTo: Cursor | undefined
  const sink: Sink = {
    view: { filter: {}, inside: undefined },
    push: (frame) => {
      // what says nothing to this client need not be told, and keeps no heartbeat back; the hub itself makes an empty
      // frame only for a digest
      if (isReady && isSilent(frame) && sink.view.inside !== undefined) {
        silentTo = frame.to
        return
      }
      if (isReady) pending.add(frame)
      else early.push(frame)
      if (pending.isTooMuch()) resync = 'slow'
      wake()
    },
    digest: (tick, digests) => {
      const told = digests.filter((digest) => compares(sink.view, digest.region))
      if (isReady && told.length > 0) pending.addDigests(tick, told)
      wake()
    },
    cut: () => {
      resync = 'expired'
      wake()
    },
  }
  try {
    const start = hub.join(sink)
    const missed = await catchUp(options, start)
    if ('resync' in missed) {
      yield encoder.message({ type: 'resync', reason: missed.resync }, options.cursor ?? start)
      return
    }
    const heartbeatSeconds = limits.heartbeatMs / 1_000
    const hello: Message = { type: 'hello', cursor: cursorText(missed.from), world, cast, heartbeatSeconds }
    yield encoder.message(hello, missed.from)
    let told = missed.from
    await hub.exclusively(async () => {
      for (const frame of missed.frames) pending.add(frame)
      for (const frame of early.splice(0)) pending.add(await missed.narrow(frame))
      sink.view = missed.view
      isReady = true
    })
    let mayTellAt = nowMs()
    let farAt = { ms: Number.NEGATIVE_INFINITY, tick: -1 }
    for (;;) {
      if (resync !== undefined) {
        yield encoder.message({ type: 'resync', reason: resync }, told)
        return
      }
      const now = nowMs()
      if (now >= endsAt) {
        yield encoder.message({ type: 'closing', cursor: cursorText(told) }, told)
        return
      }
      if (!pending.isEmpty() && now >= mayTellAt) {
        if (isGone(sink.view))
          await hub.exclusively(async () => {
            const frame = await context.follow(sink.view, hub.cursor())
            if (frame !== undefined) pending.add(frame)
          })
        const { frame: taken, digests } = pending.take()
        if (taken !== undefined) {
          const frame = isAt(taken.from, told) ? taken : { ...taken, from: told }
          told = frame.to
          silentTo = undefined
          if (rate !== undefined) mayTellAt = now + 1_000 / rate
          yield encoder.frame(frame, cast)
        }
        if (digests?.tick.tick === told.tick)
          for (const message of digestMessages(digests.tick, digests.digests))
            yield encoder.message(message, told)
        continue
      }
      const { tick } = hub.cursor()
      if (far !== undefined && tick !== farAt.tick && now >= farAt.ms + farEveryMs) {
        farAt = { ms: now, tick }
        const cells = await context.cells(far)
        if (cells !== undefined)
          yield encoder.message({ type: 'far', tick, cells: cellsOutside(cells, sink.view.filter) }, told)
        continue
      }
      const isBeat = !(await waitFor((resolve) => (wake = resolve), {
        ms: Math.min(
          limits.heartbeatMs,
          endsAt - now,
          pending.isEmpty() ? Number.POSITIVE_INFINITY : mayTellAt - now,
        ),
      }))
      if (!isBeat || !pending.isEmpty() || nowMs() >= endsAt) continue
      const from = cursorText(told)
      told = silentTo ?? told
      yield encoder.message({ type: 'heartbeat', from, cursor: cursorText(told) }, told)
    }
  } finally {
    hub.leave(sink)
  }
}

/** The entity that the view follows has left the middle of it. */
const isGone = ({ filter, inside }: View): boolean =>
  filter.follow !== undefined && shapeAfter(filter, inside?.get(filter.follow.entityId)) !== undefined

const isSilent = ({ facts, moves }: Frame): boolean => facts.size + moves.size === 0

/** A frame may begin before where the client is, which the silence of others has brought it to. */
const isAt = (from: Cursor, told: Cursor): boolean => from.seq <= told.seq && from.tick <= told.tick

const cursorText = ({ seq, tick }: Cursor): string => `${seq}.${tick}`

/** A client can compare only what it holds whole. */
const compares = ({ inside }: View, region: string): boolean => inside === undefined && region !== ''

/** true: woken; false: the time is over. */
const waitFor = (onWake: (resolve: () => void) => void, { ms }: { ms: number }): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), Math.max(0, ms))
    onWake(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
