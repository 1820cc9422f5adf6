import * as z from 'zod'
import { defaultTransactionTimeoutMs } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import type { Doorbell } from '#world/event'

const doorbellBody = z.object({
  worldId: z.uuid(),
  seq: z.int().optional(),
  replayDead: z.union([z.boolean(), z.object({ destination: z.string(), seq: z.int() })]).optional(),
})

/** The doorbell in a message's body; undefined for anything else, which nobody can serve. */
export const parseDoorbell = (body: string): Doorbell | undefined => {
  try {
    return doorbellBody.parse(JSON.parse(body))
  } catch {
    return undefined
  }
}

/** Sends one doorbell, after at least `delayMs` (at most 900,000; queues delay by whole seconds). */
export const ringDoorbell = (queue: Queue, doorbell: Doorbell, delayMs = 0): Promise<void> =>
  queue.send({ body: JSON.stringify(doorbell), delaySeconds: Math.min(900, Math.ceil(delayMs / 1_000)) })

/** Rings for the write path of one process. */
export interface DoorbellRinger {
  /**
   * Before the commit: makes sure that a ring comes when the transaction can no longer be open, also if this
   * process dies in between. Never rejects: see `createDoorbellRinger`.
   */
  beforeCommit(worldId: string): Promise<void>
  /** After the commit, without making the writer wait. */
  afterCommit(worldId: string, seq: number): void
  /** Resolves when every ring that was asked for was sent or has failed. */
  flush(): Promise<void>
}

export interface DoorbellRingerOptions {
  queue: Queue
  /** Milliseconds. */
  now: () => number
  /** Default 10,000, as the pool's. */
  transactionTimeoutMs?: number
  /** Of the rings before the commit: more than the transaction timeout; default three times that, at most 900 s. */
  delayMs?: number
}

/** A write waits for its delayed ring no longer than this, and not at all so soon after one that failed. */
const patienceMs = 1_000

/** For the difference between our clock, the queue's and the database's. */
const marginMs = 1_000

/**
 * A ring that cannot be sent never fails a write: what was written is in the log, which is what makes it
 * durable (I2), and the sweep rings for every world whose log is ahead of a cursor. The doorbell only makes
 * the relay prompt.
 *
 * Rings are coalesced per world. One before the commit is left out while another one, sent before, will still
 * come later than this transaction can end: with a delay of 30 s and a timeout of 10 s, one in about 20 s.
 * After the commit one is in flight at a time, and the highest seq that came meanwhile follows it.
 */
export const createDoorbellRinger = (options: DoorbellRingerOptions): DoorbellRinger => {
  const { queue, now, transactionTimeoutMs = defaultTransactionTimeoutMs } = options
  const delayMs = options.delayMs ?? Math.min(900_000, 3 * transactionTimeoutMs)
  const delayed = createDelayedRings(queue, now, delayMs, transactionTimeoutMs + marginMs)
  const ringing = new Map<string, { nextSeq: number | undefined }>()
  const sends = new Set<Promise<void>>()

  const track = (send: Promise<void>): Promise<void> => {
    const tracked = send.catch(() => {}).finally(() => sends.delete(tracked))
    sends.add(tracked)
    return tracked
  }

  const ringAll = async (worldId: string, first: number): Promise<void> => {
    const state = { nextSeq: first as number | undefined }
    ringing.set(worldId, state)
    while (state.nextSeq !== undefined) {
      const seq = state.nextSeq
      state.nextSeq = undefined
      await ringDoorbell(queue, { worldId, seq }).catch(() => {})
    }
    ringing.delete(worldId)
  }

  return {
    beforeCommit: (worldId) => delayed.ring(worldId, track),
    afterCommit: (worldId, seq) => {
      const state = ringing.get(worldId)
      if (state === undefined) void track(ringAll(worldId, seq))
      else state.nextSeq = Math.max(seq, state.nextSeq ?? 0)
    },
    flush: async () => {
      while (sends.size > 0) await Promise.all(sends)
    },
  }
}

const createDelayedRings = (queue: Queue, now: () => number, delayMs: number, coverMs: number) => {
  /** When the last delayed ring of a world will come. */
  const comesAt = new Map<string, number>()
  const sending = new Map<string, Promise<void>>()
  let quietUntil = Number.NEGATIVE_INFINITY

  const send = async (worldId: string): Promise<void> => {
    const sentAt = now()
    try {
      await ringDoorbell(queue, { worldId }, delayMs)
      forgetPast(comesAt, sentAt)
      comesAt.set(worldId, sentAt + delayMs)
    } catch {
      quietUntil = now() + patienceMs
    } finally {
      sending.delete(worldId)
    }
  }

  return {
    ring: async (worldId: string, track: (send: Promise<void>) => Promise<void>): Promise<void> => {
      if ((comesAt.get(worldId) ?? 0) > now() + coverMs || now() < quietUntil) return
      let sent = sending.get(worldId)
      if (sent === undefined) sending.set(worldId, (sent = track(send(worldId))))
      const isInTime = await within(sent, patienceMs)
      if (!isInTime) quietUntil = now() + patienceMs
    },
  }
}

const forgetPast = (comesAt: Map<string, number>, now: number): void => {
  if (comesAt.size < 10_000) return
  for (const [worldId, at] of comesAt) if (at < now) comesAt.delete(worldId)
}

const within = async (work: Promise<void>, ms: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false)
  })
  const isInTime = await Promise.race([work.then(() => true), late])
  clearTimeout(timer)
  return isInTime
}
