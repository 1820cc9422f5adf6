import { createHash } from 'node:crypto'
import type { Json } from '#world/event'
import type { ChronicleEvent } from './chronicle-event.ts'

/** JSON text that is the same for values that are equal: keys in order of UTF-16, no spaces. */
export const canonicalJson = (value: Json | undefined): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`
  const keys = Object.keys(value).filter((key) => value[key] !== undefined)
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`)
    .join()}}`
}

/** SHA-256 of an event's canonical JSON, hex: two events are the same where it is. */
export const digestOf = (event: ChronicleEvent): string =>
  createHash('sha256')
    .update(canonicalJson(event as unknown as Json))
    .digest('hex')
