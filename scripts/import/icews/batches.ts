import type { IcewsEvent } from './to-event.ts'

/** Events of one request, each as JSON. */
export interface EventBatch {
  events: IcewsEvent[]
  json: string[]
}

/** The API takes 4 MiB; the rest is for what is around the events. */
const batchBytesLimit = 4 * 1024 * 1024 - 4_096

/** Groups the events in order, at most so many and so many bytes in a batch. */
export function* toEventBatches(
  events: Iterable<IcewsEvent>,
  eventLimit: number,
  bytesLimit = batchBytesLimit,
): Generator<EventBatch> {
  let batch: EventBatch = { events: [], json: [] }
  let bytes = 0
  for (const event of events) {
    const json = JSON.stringify(event)
    const eventBytes = Buffer.byteLength(json) + 1
    if (batch.events.length > 0 && (batch.events.length === eventLimit || bytes + eventBytes > bytesLimit)) {
      yield batch
      batch = { events: [], json: [] }
      bytes = 0
    }
    batch.events.push(event)
    batch.json.push(json)
    bytes += eventBytes
  }
  if (batch.events.length > 0) yield batch
}
