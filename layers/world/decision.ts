import type { Refusal } from './commands.ts'
import type { Change, JsonObject } from './event.ts'
import type { EventDraft } from './working-set.ts'

/** What a command comes to: the event it makes, none where everything already is so, or why it is refused. */
export type Decision = { events: EventDraft[] } | Refused
export interface Refused {
  refusal: Omit<Refusal, 'commandIndex'>
}

export const nothing: Decision = { events: [] }

export const made = (event: EventDraft): Decision => ({ events: [event] })

export const refuse = (code: Refusal['code'], detail: string, data: JsonObject): Refused => ({
  refusal: { code, detail, data },
})

export const entityUpdated = (entityId: string, changes: Change[]): Decision =>
  changes.length === 0 ? nothing : made({ type: 'entity.updated.v1', entityId, data: { changes } })

export const entityNotFound = (entityId: string): Refused =>
  refuse('entity-not-found', `there is no entity '${entityId}' in this world`, { entityId })
