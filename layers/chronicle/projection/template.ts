import type { ChronicleEvent } from '#chronicle/chronicle-event'
import type { Json, JsonObject } from '#world/event'
import type { Amount } from '../rules/rule.ts'

/** The field at a path of keys, `wound.depth`. */
const fieldAt = (data: JsonObject, path: string): Json | undefined => {
  let value: Json | undefined = data
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = Object.hasOwn(value, key) ? value[key] : undefined
  }
  return value
}

export const amountOf = (amount: Amount, { data }: ChronicleEvent): number => {
  if (typeof amount === 'number') return amount
  const found = fieldAt(data, amount.data)
  const value = typeof found === 'number' && Number.isFinite(found) ? found : amount.default
  return value * (amount.times ?? 1) + 0
}

/** The template with what it takes from the event filled in. */
export const fillTemplate = (template: Json, event: ChronicleEvent): Json => {
  if (typeof template !== 'object' || template === null) return template
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, event))
  if (typeof template.$data === 'string')
    return fieldAt(event.data, template.$data) ?? template.default ?? null
  if (typeof template.$event === 'string') return ofEvent(event, template.$event)
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fillTemplate(value, event)]))
}

const ofEvent = (event: ChronicleEvent, field: string): Json => {
  if (field === 'id' || field === 'timestamp' || field === 'summary') return event[field]
  return null
}
