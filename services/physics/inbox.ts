import { readEvents } from '#relay/read-events'
import type { EventBatch, WorldEvent } from '#world/event'
import type { WorldSettings } from '#world/settings'
import { type LogSource, lacksEntries, settingsAfter, withEntries } from './commit-entries.ts'
import { type RetryOptions, retrying } from './retry.ts'

/** The events of a world that came since the last tick, without gaps, with the entries that bodies act on. */
export interface Inbox {
  /** Takes what is new in a batch of the queue; a gap before it is read from the log. Then it may be acknowledged. */
  offer(batch: EventBatch): void
  /** The log is known to reach this far: reads from it what did not come by the queue. */
  readUpTo(seq: number): void
  /** All events that wait, for the next tick. */
  take(): WorldEvent[]
  /** How many events wait. */
  waiting(): number
  /** The last event that came. */
  receivedSeq(): number
  /** The last event that is known of. */
  headSeq(): number
}

export interface InboxOptions extends RetryOptions {
  source: LogSource
  worldId: string
  /** The last event that is in the state. */
  seq: number
  /** As of that event. */
  settings: WorldSettings
  /** Called when events have come. */
  notify: () => void
}

/** Events that wait at most; the rest waits in the log. */
const maxWaiting = 10_000
/** …and entries of their commits, but for what one read brings. */
const maxWaitingEntries = 1_000_000

export const createInbox = ({ source, worldId, seq, notify, ...options }: InboxOptions): Inbox => {
  const retry: RetryOptions = options
  let { settings } = options
  let events: WorldEvent[] = []
  let entries = 0
  let received = seq
  let head = seq
  let reading = false

  const add = (more: WorldEvent[]): void => {
    for (const event of more) {
      if (event.seq !== received + 1) continue
      events.push(event)
      if (event.type === 'commit.entries.v1') entries += event.data.entries?.length ?? 0
      settings = settingsAfter(settings, event)
      received = event.seq
    }
    head = Math.max(head, received)
    notify()
  }

  const isFull = () => events.length >= maxWaiting || entries >= maxWaitingEntries

  /** The next events with nothing left out of them. */
  const readNext = async (): Promise<WorldEvent[]> =>
    withEntries(source, worldId, settings, await readEvents(source.pool, worldId, received, 1_000))

  const isWhole = (batch: EventBatch['events']): batch is WorldEvent[] =>
    !batch.some((event) => 'reference' in event) &&
    !lacksEntries(
      settings,
      (batch as WorldEvent[]).filter(({ seq }) => seq > received),
    )

  /** Reads the log until the head is reached or the inbox is full. */
  const read = async (): Promise<void> => {
    if (reading) return
    reading = true
    try {
      while (received < head && !isFull()) {
        const more = await retrying(readNext, retry)
        if (more.length === 0) return
        add(more)
      }
    } catch {
      // the world ends, and its reading with it
    } finally {
      reading = false
    }
  }

  const readUpTo = (seq: number): void => {
    head = Math.max(head, seq)
    if (received < head) void read()
  }

  return {
    offer: ({ fromSeq, toSeq, events: batch }) => {
      const follows = fromSeq <= received + 1 && received < toSeq
      if (follows && !reading && !isFull() && isWhole(batch)) add(batch)
      readUpTo(toSeq)
    },
    readUpTo,
    take: () => {
      const taken = events
      events = []
      entries = 0
      if (received < head) void read()
      return taken
    },
    waiting: () => events.length,
    receivedSeq: () => received,
    headSeq: () => head,
  }
}
