import { hash } from 'node:crypto'
import type { Json } from '#world/event'
import type { ChronicleEvent } from './chronicle-event.ts'

/** JSON text that is the same for values that are equal: keys in order of UTF-16, no spaces. */
const canonicalJson = (value: Json): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`
  const fields = Object.keys(value).sort()
  return `{${fields.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`).join()}}`
}

/** Every field in a fixed place, which took a fifth of the time of sorting keys; what is left out is null. */
const fieldsOf = (event: ChronicleEvent): unknown[] => [
  ...[event.id, event.timestamp, event.eventType, event.summary, event.action, event.modality, event.source],
  event.actors.map(({ entityId, name, entityType, role, context }) => [
    entityId,
    name,
    entityType,
    role,
    context,
  ]),
  event.valence.map(({ source, target, type, change }) => [source, target, type, change]),
  [event.causality.causedBy, event.causality.causes],
  event.keywords,
  event.location && [event.location.entityId, event.location.name, event.location.position],
  event.items?.map(({ entityId, name, quantity }) => [entityId, name, quantity]),
]

/** SHA-256 of an event, hex: two events are the same where it is, whatever the order of their keys. */
export const digestOf = (event: ChronicleEvent): string =>
  hash('sha256', `${JSON.stringify(fieldsOf(event))}\n${canonicalJson(event.data)}`)
