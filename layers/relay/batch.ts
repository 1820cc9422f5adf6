import { queueSafeJson } from '#platform/queue/queue-safe-json'
import { eventLimitBytes, type LogRow } from './log.ts'

/** A message to an ordered consumer, in bytes of UTF-8. */
export const messageLimitBytes = 256 * 1024

/** Consecutive events, each as the JSON text in which it travels. */
export interface EventTexts {
  rows: LogRow[]
  texts: string[]
  bytes: number
}

/** The event as it travels: what a queue can carry, or a reference where that is too large. */
export const eventText = ({ seq, text }: LogRow): string => {
  const safe = text === null ? null : queueSafeJson(text)
  return safe === null || Buffer.byteLength(safe) > eventLimitBytes ? `{"seq":${seq},"reference":true}` : safe
}

/** The envelope of `batchMessage` and a comma for each event, at the longest tenant id of 256 characters. */
const envelopeBytes = 2_048

/** Splits the rows, in order, into groups that each fit one message; `maxEvents` at most in each. */
export const packEvents = (
  rows: LogRow[],
  { maxBytes = messageLimitBytes, maxEvents = Number.POSITIVE_INFINITY } = {},
): EventTexts[] => {
  const packed: EventTexts[] = []
  let current: EventTexts | undefined
  for (const row of rows) {
    const text = eventText(row)
    const bytes = Buffer.byteLength(text) + 1
    const isFull =
      current !== undefined &&
      (current.bytes + bytes > maxBytes - envelopeBytes || current.rows.length >= maxEvents)
    if (current === undefined || isFull) packed.push((current = { rows: [], texts: [], bytes: 0 }))
    current.rows.push(row)
    current.texts.push(text)
    current.bytes += bytes
  }
  return packed
}

/**
 * Without a last message that is not even half full, where more events follow to fill it: each message costs
 * its round trips, whatever its size.
 */
export const withoutRemnant = (packed: EventTexts[], isCut: boolean): EventTexts[] =>
  isCut && packed.length > 1 && packed.at(-1)!.bytes < messageLimitBytes / 2 ? packed.slice(0, -1) : packed

/** The JSON text of an `EventBatch`. */
export const batchMessage = (
  world: { worldId: string; tenantId: string },
  { rows, texts }: Pick<EventTexts, 'rows' | 'texts'>,
): string =>
  `{"worldId":"${world.worldId}","tenantId":${queueSafeJson(JSON.stringify(world.tenantId))},` +
  `"fromSeq":${rows[0]!.seq},"toSeq":${rows.at(-1)!.seq},"events":[${texts.join(',')}]}`
