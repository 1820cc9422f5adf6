import type pg from 'pg'
import type { Cause, Change, WorldEvent } from '../event.ts'
import { type EntityEvent, readEntityEvents } from './entity-history.ts'
import { changeOfField, changesOf, type HistoryField, isOfComponent } from './field.ts'

/** One entry of an entity's history: an event and what of it was asked for. */
export interface HistoryEntry {
  seq: number
  worldId: string
  /** null: the event is no longer in the log. */
  type: WorldEvent['type'] | null
  eventId: string | null
  occurredAt: string | null
  changes: Change[]
  cause: Cause | null
}

export interface HistoryFilter {
  field?: HistoryField | undefined
  component?: string | undefined
}

/** What of an event is about the filter; undefined where nothing is. Deletions and what is gone are about everything. */
const entryOf = (
  { seq, worldId, event }: EntityEvent,
  { field, component }: HistoryFilter,
): HistoryEntry | undefined => {
  if (event === null)
    return { seq, worldId, type: null, eventId: null, occurredAt: null, changes: [], cause: null }
  const all = changesOf(event)
  const entry = (changes: Change[]): HistoryEntry => ({
    ...{ seq, worldId, type: event.type, eventId: event.id, occurredAt: event.occurredAt, changes },
    cause: event.cause,
  })
  if (event.type === 'entity.deleted.v1') return entry([])
  const ofField = field && changeOfField(all, field)
  const changes = field === undefined ? all : ofField === undefined ? [] : [ofField]
  const chosen =
    component === undefined ? changes : changes.filter((change) => isOfComponent(change, component))
  const isAskedFor = field !== undefined || component !== undefined
  return isAskedFor && chosen.length === 0 ? undefined : entry(field === undefined ? chosen : changes)
}

/** Events that one page looks at: one that asks for a rare change of a busy entity ends early, and goes on by its cursor. */
const lookLimit = 2_000
const chunk = 200

export interface HistoryPage {
  entries: HistoryEntry[]
  /** The next page looks at events before it; undefined: the beginning was reached. */
  beforeSeq: number | undefined
  /** The last event that was looked at made the entity; false: what came before it is no longer retained. */
  isWhole: boolean
  /** No event was looked at: there is, and was, no such entity up to the seq. */
  isEmpty: boolean
}

/** Changes of an entity up to a seq that the filter lets through, newest first. */
export const readHistory = async (
  client: pg.ClientBase,
  worldId: string,
  entityId: string,
  filter: HistoryFilter,
  upToSeq: number,
  limit: number,
): Promise<HistoryPage> => {
  const entries: HistoryEntry[] = []
  let from = upToSeq
  let last: EntityEvent | undefined
  for (let looked = 0; looked < lookLimit; looked += chunk) {
    const events = await readEntityEvents(client, worldId, entityId, from, chunk)
    for (const event of events) {
      if (entries.length === limit)
        return { entries, beforeSeq: event.seq + 1, isWhole: true, isEmpty: false }
      const entry = entryOf(event, filter)
      if (entry !== undefined) entries.push(entry)
      last = event
    }
    if (events.length < chunk) {
      const isWhole = last === undefined || last.event?.type === 'entity.created.v1'
      return { entries, beforeSeq: undefined, isWhole, isEmpty: last === undefined }
    }
    from = last!.seq - 1
  }
  return { entries, beforeSeq: last!.seq, isWhole: true, isEmpty: false }
}
