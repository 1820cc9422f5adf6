import type { ChronicleEvent } from '../chronicle-event.ts'

/** An event as it stood at a seq. */
export interface EventRecord extends ChronicleEvent {
  version: number
  /** seq of the event of the log that made it so. */
  seq: number
  /** When the log did. */
  recordedAt: string
  retracted: boolean
  /** Of a retraction. */
  reason?: string
}

export interface EventRow {
  document: ChronicleEvent
  version: number
  from_seq: number
  recorded_at: Date
  retracted: boolean
  reason: string | null
}

export const recordColumns = 'e.document, e.version, e.from_seq, e.recorded_at, e.retracted, e.reason'

export const toEventRecord = (row: EventRow): EventRecord => ({
  ...row.document,
  ...{ version: row.version, seq: row.from_seq, recordedAt: row.recorded_at.toISOString() },
  retracted: row.retracted,
  ...(row.reason !== null && { reason: row.reason }),
})
