import type { EventBatch } from './batches.ts'

/** What was sent, and what the API said of it. */
export interface Tally {
  sent: number
  batches: number
  recorded: number
  /** Were recorded before. */
  duplicates: number
  /** Names of those who take part. */
  actors: Set<string>
  /** ISO 8601; undefined: none yet. */
  firstTime: string | undefined
  lastTime: string | undefined
  /** Request ids of batches that wait for the database; what of them is new nobody knows yet. */
  waiting: string[]
}

export const emptyTally = (): Tally => ({
  ...{ sent: 0, batches: 0, recorded: 0, duplicates: 0, waiting: [] },
  actors: new Set(),
  firstTime: undefined,
  lastTime: undefined,
})

/** What an answer to a batch says; the counts are null while it waits. */
export interface RecordAnswer {
  status: 'applied' | 'waiting'
  recorded: number | null
  duplicates: number | null
  requestId: string
}

export const addBatch = (tally: Tally, { events }: EventBatch, answer: RecordAnswer): void => {
  tally.sent += events.length
  tally.batches += 1
  tally.recorded += answer.recorded ?? 0
  tally.duplicates += answer.duplicates ?? 0
  if (answer.status === 'waiting') tally.waiting.push(answer.requestId)
  for (const { actors, timestamp } of events) {
    for (const { name } of actors) tally.actors.add(name)
    // ISO 8601 of the same years sorts as text
    if (tally.firstTime === undefined || timestamp < tally.firstTime) tally.firstTime = timestamp
    if (tally.lastTime === undefined || timestamp > tally.lastTime) tally.lastTime = timestamp
  }
}
