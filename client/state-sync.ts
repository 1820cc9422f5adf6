import type { Cast } from './changes.ts'
import type { Box, SyncEntity } from './entity.ts'
import { type ChangeBatch, createEntityStore, type WorldView } from './entity-store.ts'
import { type EventSourceLike, openEventSource } from './event-source.ts'
import type { SyncError } from './failure.ts'
import { filterQuery, holdsRegion, isNarrow, type StreamWishes, type WorldFilter } from './filter.ts'
import { createHttpTransport, type HttpOptions } from './http-transport.ts'
import { createListeners } from './listeners.ts'
import type { FarCell } from './messages.ts'
import { watchPage } from './page.ts'
import { type Clock, createRuntime, cursorText, type Transport } from './runtime.ts'
import { createSelections } from './selections.ts'
import { type StreamEncoding, sseEncoding } from './stream-encoding.ts'
import type { SyncEvent, SyncState } from './sync-machine.ts'
import { createTokenSource } from './token-source.ts'

export interface StateSyncOptions extends WorldFilter, StreamWishes {
  /** Of the API, such as `https://api.example.com/prod`; an empty one is where the page comes from. */
  url: string
  /** A world's id or name; `default` where it is left out. */
  world?: string
  /** Resolves to an access token; asked again when one is refused. Absent: none is sent. */
  token?: () => Promise<string>
  /** `limited` (the default): id, class and position alone; `full`: every field. */
  cast?: Cast
  fetch?: typeof fetch
  /** Server-sent events unless it is `binaryEncoding` of `@orrery/client/binary`. */
  encoding?: StreamEncoding
  /** Opens the stream by the platform's EventSource, which sends cookies but no token. */
  eventSource?: boolean
  /** How long nobody has to look at the page before the stream is closed; 60 s by default, Infinity: never. */
  hiddenCloseMs?: number
}

export interface SyncStatus {
  state: SyncState
  /** Why it is closed, and what to do about it; null: nothing is wrong. */
  error: SyncError | null
  /** Why it last connected anew or began again; for people. */
  reason: string | null
}

/** A world, kept as the server has it. */
export interface StateSync extends WorldView, SyncStatus {
  start(): void
  /** Ends the stream; the state stays, and `start` leads it on. */
  close(): void
  /** `seq.tick`: what is in the state; null: there is none yet, or none that could be led on. */
  readonly cursor: string | null
  /** Grows with each change of the state. */
  readonly version: number
  /** Aggregates of what lies outside of the filter, where `far` asks for them. */
  readonly far: readonly FarCell[]
  /**
   * Calls `listener` when what `select` chooses has changed: another value, or an array of others. At most once a frame.
   *
   * @returns a function that ends it
   */
  subscribe<T>(select: (world: WorldView) => T, listener: (chosen: T, before: T) => void): () => void
  /** After each frame, and each full state. */
  onChange(listener: (batch: ChangeBatch) => void): () => void
  onStatus(listener: (status: SyncStatus) => void): () => void
  onFar(listener: (cells: readonly FarCell[]) => void): () => void
  /** Asks for another part of the world: the state begins anew, and the old one is shown until then. */
  refilter(filter: WorldFilter): void
}

const defaultHiddenCloseMs = 60_000

/** The state of a world, not started yet. Errors that cannot pass are told by `error` and `onStatus`; nothing throws. */
export const createStateSync = (options: StateSyncOptions): StateSync => {
  const filter = { current: options as WorldFilter }
  const transport = transportOf(options, () => filter.current)
  return createSyncOn(transport, { clock: systemClock, watch: watchPage }, options, filter)
}

export interface Platform {
  clock: Clock
  /** Tells of the page; answers a function that ends it. */
  watch(dispatch: (event: SyncEvent) => void): () => void
}

/** The same on any transport and platform. */
export const createSyncOn = (
  transport: Transport,
  { clock, watch }: Platform,
  options: Pick<StateSyncOptions, 'token' | 'hiddenCloseMs'>,
  filter: { current: WorldFilter },
): StateSync => {
  const store = createEntityStore()
  const selections = createSelections(store)
  const changes = createListeners<ChangeBatch>()
  const statuses = createListeners<SyncStatus>()
  const fars = createListeners<readonly FarCell[]>()
  let far: readonly FarCell[] = []
  let unwatch: (() => void) | null = null
  const { hiddenCloseMs = defaultHiddenCloseMs, token } = options
  const runtime = createRuntime({
    ...{ transport, clock, store, settings: { hasToken: token !== undefined, hiddenCloseMs } },
    mayCompare: ({ region }) => holdsRegion(filter.current, region),
    applied: (batch) => {
      changes.tell(batch)
      selections.check()
    },
    far: (cells) => fars.tell((far = cells)),
    status: () => statuses.tell(statusOf()),
  })
  if (isNarrow(filter.current)) runtime.dispatch({ type: 'refiltered', isFiltered: true })
  const statusOf = (): SyncStatus => {
    const { state, error, reason } = runtime.machine
    return { state, error, reason }
  }
  return {
    start() {
      unwatch ??= watch(runtime.dispatch)
      runtime.dispatch({ type: 'start' })
    },
    close() {
      unwatch?.()
      unwatch = null
      runtime.dispatch({ type: 'close' })
    },
    refilter(next) {
      filter.current = next
      runtime.dispatch({ type: 'refiltered', isFiltered: isNarrow(next) })
    },
    get state() {
      return runtime.machine.state
    },
    get error() {
      return runtime.machine.error
    },
    get reason() {
      return runtime.machine.reason
    },
    get cursor() {
      return cursorText(runtime.machine)
    },
    get version() {
      return store.version
    },
    get size() {
      return store.size
    },
    get far() {
      return far
    },
    entity: (id: string): SyncEntity | undefined => store.entity(id),
    entities: () => store.entities(),
    within: (box: Box) => store.within(box),
    subscribe: selections.add,
    ...{ onChange: changes.add, onStatus: statuses.add, onFar: fars.add },
  }
}

const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs)
    return () => clearTimeout(timer)
  },
}

const transportOf = (options: StateSyncOptions, filter: () => WorldFilter): Transport => {
  const { url, world = 'default', cast = 'limited', encoding = sseEncoding, rate, far } = options
  const http: HttpOptions = {
    ...{ url, cast, encoding, tokens: createTokenSource(options.token) },
    // a method of the window, in browsers
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    query: () => ({ world, ...filterQuery(filter()) }),
    streamQuery: () => ({
      ...(rate !== undefined && { rate: String(rate) }),
      ...(far !== undefined && { far: String(far) }),
    }),
  }
  const transport = createHttpTransport(http)
  if (options.eventSource !== true) return transport
  const { EventSource } = globalThis as unknown as { EventSource: new (address: string) => EventSourceLike }
  return { ...transport, openStream: openEventSource(http, (address) => new EventSource(address)) }
}
