import * as z from 'zod'
import type { ChronicleEvent } from '#chronicle/chronicle-event'
import { lineLimit } from '#chronicle/limits'
import { chronicleEventSchema, eventBatchSchema } from '#chronicle/schemas'
import { isNdjsonBody, lineName, type NdjsonBody, readNdjson } from '#platform/http/ndjson'

/** Events of a body, and what each of them is called in it. */
export interface ToldEvents {
  events: ChronicleEvent[]
  /** The field of an event by its index; '' for a body that is one. */
  fieldOf(index: number): string
}

interface Read {
  told?: ToldEvents
  issues: readonly { path: PropertyKey[]; message: string }[]
}

/** One event, `{ events: […] }`, or JSON lines of events. */
export const eventsBody = z
  .unknown()
  .transform((body, context): ToldEvents => {
    const { told, issues } = readEvents(body)
    if (told !== undefined) return told
    // as they are: the edge tells by their codes which key is not known and what is missing
    context.issues.push(...(issues as unknown as typeof context.issues))
    return z.NEVER
  })
  .meta({
    type: 'object',
    description: 'A ChronicleEvent, or { events: [ChronicleEvent, …] } with up to 5,000',
  })

const readEvents = (body: unknown): Read => {
  if (isNdjsonBody(body)) return readLines(body)
  if (typeof body === 'object' && body !== null && 'events' in body) {
    const { data, error } = eventBatchSchema.safeParse(body)
    return data === undefined
      ? { issues: error!.issues }
      : { told: { events: data.events, fieldOf: (index) => `events[${index}]` }, issues: [] }
  }
  const { data, error } = chronicleEventSchema.safeParse(body)
  return data === undefined
    ? { issues: error!.issues }
    : { told: { events: [data], fieldOf: () => '' }, issues: [] }
}

const readLines = (body: NdjsonBody): Read => {
  const { values, issues } = readNdjson(body, chronicleEventSchema, lineLimit)
  if (issues.length > 0) return { issues }
  const events = values.map(({ value }) => value)
  return { told: { events, fieldOf: (index) => lineName(values[index]!.line) }, issues }
}
