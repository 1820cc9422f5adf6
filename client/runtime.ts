import { type Cursor, formatCursor } from './cursor.ts'
import type { EntityStore } from './entity-store.ts'
import type { Failure } from './failure.ts'
import type { FullState } from './full-state.ts'
import type { Digest, FarCell, StreamMessage } from './messages.ts'
import {
  initialMachine,
  type MachineSettings,
  type SyncEffect,
  type SyncEvent,
  type SyncMachine,
  step,
} from './sync-machine.ts'
import type { TickSnapshots } from './tick-snapshots.ts'

export interface Answered<T> {
  heard(): void
  done(answer: T): void
  failed(failure: Failure): void
}

export interface StreamListener {
  opened(): void
  heard(): void
  message(message: StreamMessage): void
  /** Also of a stream that just ends. */
  failed(failure: Failure): void
}

/** How a client reaches the server. Each answers a function that cancels; after it nothing more is told. */
export interface Transport {
  openStream(cursor: Cursor, listener: StreamListener): () => void
  fetchInit(listener: Answered<FullState>): () => void
  fetchSnapshots(range: { from: number; to: number }, listener: Answered<TickSnapshots>): () => void
  /** The next request needs a new token. */
  forgetToken(): void
}

export interface Clock {
  /** Milliseconds; may jump. */
  now(): number
  /** [0, 1) */
  random(): number
  /** Calls once after that time; answers a function that cancels. */
  after(delayMs: number, call: () => void): () => void
}

export interface RuntimeOptions {
  transport: Transport
  clock: Clock
  store: EntityStore
  settings: MachineSettings
  /** Whether the client sees all of a digest's region. */
  mayCompare(digest: Digest): boolean
  /** What was done, after it was. */
  applied(effect: ReturnType<EntityStore['replace']>): void
  far(cells: readonly FarCell[]): void
  status(): void
}

export interface Runtime {
  readonly machine: SyncMachine
  dispatch(event: SyncEvent): void
}

/** Timers do not count the time that a laptop sleeps, the clock does: it is looked at again after so long at most. */
const longestWaitMs = 5_000

/** Runs the machine: hands it events one at a time and does what it wants. */
export const createRuntime = (options: RuntimeOptions): Runtime => {
  const { clock } = options
  let machine = initialMachine(options.settings, clock.now())
  const queue: SyncEvent[] = []
  let isRunning = false
  const dispatch = (event: SyncEvent) => {
    queue.push(event)
    if (isRunning) return
    isRunning = true
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const after = step(machine, next, { now: clock.now(), random: clock.random() })
        machine = after.machine
        for (const effect of after.effects) run(effect)
      }
    } finally {
      isRunning = false
    }
  }
  const run = createEffects(options, dispatch)
  return {
    get machine() {
      return machine
    },
    dispatch,
  }
}

const createEffects = (options: RuntimeOptions, dispatch: (event: SyncEvent) => void) => {
  const { transport, clock, store } = options
  const cancels = new Map<number, () => void>()
  let cancelTimer = () => {}
  const cancel = (id: number) => {
    cancels.get(id)?.()
    cancels.delete(id)
  }
  const answered = <T>(id: number, event: (answer: T) => SyncEvent): Answered<T> => ({
    heard: () => dispatch({ type: 'heard', id }),
    done: (answer) => {
      cancels.delete(id)
      dispatch(event(answer))
    },
    failed: (failure) => {
      cancels.delete(id)
      dispatch({ type: 'failed', id, failure })
    },
  })
  return (effect: SyncEffect): void => {
    switch (effect.type) {
      case 'open-stream': {
        const { id } = effect
        const { heard, failed } = answered(id, () => ({ type: 'opened', id }))
        const opened = () => dispatch({ type: 'opened', id })
        const message = (data: StreamMessage) => dispatch({ ...data, id })
        cancels.set(id, transport.openStream(effect.cursor, { opened, heard, message, failed }))
        return
      }
      case 'fetch-init': {
        const { id } = effect
        cancels.set(id, transport.fetchInit(answered(id, (state) => ({ type: 'init', id, ...state }))))
        return
      }
      case 'fetch-snapshots': {
        const { id, from, to } = effect
        const listener = answered<TickSnapshots>(id, (answer) => ({ type: 'snapshots', id, answer }))
        cancels.set(id, transport.fetchSnapshots({ from, to }, listener))
        return
      }
      case 'close-stream':
      case 'cancel-request':
        return cancel(effect.id)
      case 'refresh-token':
        return transport.forgetToken()
      case 'replace':
        return options.applied(store.replace(effect.entities, effect.cursor.tick))
      case 'apply': {
        const { batch, fault } = store.apply(effect.frames, effect.seq)
        options.applied(batch)
        if (fault !== null) dispatch({ type: 'diverged', by: 'unknown entity', reason: fault })
        return
      }
      case 'check':
        if (options.mayCompare(effect.digest) && !store.agrees(effect.digest))
          dispatch({
            type: 'diverged',
            by: 'digest',
            reason: `the digest of region ${effect.digest.region} differs`,
          })
        return
      case 'far':
        return options.far(effect.cells)
      case 'wake': {
        cancelTimer()
        const { at } = effect
        const waitMs = Math.min(Math.max(0, (at ?? 0) - clock.now()), longestWaitMs)
        cancelTimer = at === null ? () => {} : clock.after(waitMs, () => dispatch({ type: 'tick' }))
        return
      }
      case 'status':
        return options.status()
    }
  }
}

/** `seq.tick`, or null where there is no state that could be led on. */
export const cursorText = ({ cursor }: SyncMachine): string | null =>
  cursor === null ? null : formatCursor(cursor)
