import type pg from 'pg'
import { readEvents } from '#relay/read-events'
import type { EventBatch, WorldEvent } from '#world/event'
import { type RetryOptions, retrying } from './retry.ts'

/** The events of a world that came since the last tick, without gaps. */
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
  pool: pg.Pool
  worldId: string
  /** The last event that is in the state. */
  seq: number
  /** Called when events have come. */
  notify: () => void
}

/** Events that wait at most; the rest waits in the log. */
const maxWaiting = 10_000

export const createInbox = ({ pool, worldId, seq, notify, ...retry }: InboxOptions): Inbox => {
  let events: WorldEvent[] = []
  let received = seq
  let head = seq
  let reading = false

  const add = (more: WorldEvent[]): void => {
    for (const event of more) {
      if (event.seq !== received + 1) continue
      events.push(event)
      received = event.seq
    }
    head = Math.max(head, received)
    notify()
  }

  /** Reads the log until the head is reached or the inbox is full. */
  const read = async (): Promise<void> => {
    if (reading) return
    reading = true
    try {
      while (received < head && events.length < maxWaiting) {
        const more = await retrying(() => readEvents(pool, worldId, received, 1_000), retry)
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
      const whole = !batch.some((event) => 'reference' in event)
      const follows = fromSeq <= received + 1 && received < toSeq
      if (whole && follows && !reading && events.length < maxWaiting) add(batch as WorldEvent[])
      readUpTo(toSeq)
    },
    readUpTo,
    take: () => {
      const taken = events
      events = []
      if (received < head) void read()
      return taken
    },
    waiting: () => events.length,
    receivedSeq: () => received,
    headSeq: () => head,
  }
}
