import * as z from 'zod'
import type { Queue } from '#platform/queue/queue'
import type { WorkingSet } from './working-set.ts'

/** Asks for scene snapshots by time, on behalf of the write path of one process. */
export interface SnapshotReminder {
  /**
   * After the commit of a world's first change since its last scene snapshot: one is due in so many minutes.
   * Without making the writer wait; never rejects.
   */
  remind(worldId: string, inMinutes: number): void
  /** A scene snapshot of the world was cut, or a dataset asked for: somebody shall look at its datasets. As `remind`. */
  ringDatasets(worldId: string): void
}

/** A message of the snapshots queue: look at this world when it is due, at the datasets of one, or at all worlds. */
export type Reminder = { worldId: string; dueAt: Date } | { datasets: string } | { all: true }

const reminderBody = z.union([
  z.strictObject({ worldId: z.uuid(), dueAt: z.iso.datetime().transform((text) => new Date(text)) }),
  z.strictObject({ datasets: z.uuid() }),
  z.strictObject({ all: z.literal(true) }),
])

/** The reminder in a message's body; undefined for anything else, which nobody can serve. */
export const parseReminder = (body: string): Reminder | undefined => {
  try {
    return reminderBody.parse(JSON.parse(body))
  } catch {
    return undefined
  }
}

/** Of a message of SQS; what is due later is sent on. */
const maxDelayMs = 900_000

/** Sends a reminder that comes when it is due, or 15 minutes from now where that is earlier. */
export const sendReminder = (queue: Queue, reminder: Reminder, now: Date): Promise<void> => {
  const delayMs = 'dueAt' in reminder ? reminder.dueAt.getTime() - now.getTime() : 0
  const delaySeconds = Math.ceil(Math.min(maxDelayMs, Math.max(0, delayMs)) / 1_000)
  return queue.send({ body: JSON.stringify(reminder), delaySeconds })
}

/**
 * Reminds through a standard queue. A reminder that cannot be sent fails no write: whoever looks at all worlds,
 * every few hours, finds what is due.
 */
export const createSnapshotReminder = ({ queue, now }: { queue: Queue; now: () => Date }) => {
  const sends = new Set<Promise<void>>()
  const begin = (reminder: Reminder, sentAt: Date): void => {
    const send = sendReminder(queue, reminder, sentAt)
      .catch(() => {})
      .finally(() => sends.delete(send))
    sends.add(send)
  }
  return {
    remind: (worldId: string, inMinutes: number): void => {
      const sentAt = now()
      begin({ worldId, dueAt: new Date(sentAt.getTime() + inMinutes * 60_000) }, sentAt)
    },
    ringDatasets: (worldId: string): void => begin({ datasets: worldId }, now()),
    /** Resolves when every reminder that was asked for was sent or has failed. */
    flush: async (): Promise<void> => {
      while (sends.size > 0) await Promise.all(sends)
    },
  } satisfies SnapshotReminder & { flush(): Promise<void> }
}

/**
 * In how many minutes a snapshot by time is due, if this transaction holds the first change since the world's
 * last snapshot, or changes that time; undefined otherwise: then it has been reminded of, or nobody wants one.
 */
export const reminderMinutes = (
  before: Pick<WorkingSet, 'updatesSinceSnapshot' | 'settings'>,
  after: WorkingSet,
): number | undefined => {
  const { everyMinutes } = after.settings.snapshots
  if (everyMinutes === 0 || after.updatesSinceSnapshot === 0) return undefined
  const isFirst = before.updatesSinceSnapshot === 0 || after.snapshots.length > 0
  return isFirst || before.settings.snapshots.everyMinutes !== everyMinutes ? everyMinutes : undefined
}
