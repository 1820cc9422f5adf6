import type { Refusal } from '#world/commands'
import type { EventDraft } from '#world/working-set'
import type { ChronicleEvent } from './chronicle-event.ts'
import { type ChronicleEventState, type ChronicleSet, eventKey } from './chronicle-set.ts'
import type { ChronicleCommand } from './commands.ts'
import { digestOf } from './digest.ts'

type Refused = { refusal: Omit<Refusal, 'commandIndex'> }

/** An event as the log's next event makes it. */
export interface EventChange {
  event?: ChronicleEvent
  before?: ChronicleEventState
  eventId: string
  digest: string
  reason: string | null
}

/** What a command comes to: the log's event and what it does, nothing, or why it is refused. */
export type ChronicleDecision =
  | Refused
  | { event: undefined }
  | { event: EventDraft; changes: EventChange[]; named?: { title: string; description: string } }

const nothing: ChronicleDecision = { event: undefined }

/** The pure decision of every command of a chronicle; the set must hold what it names. */
export const decideChronicle = (set: ChronicleSet, command: ChronicleCommand): ChronicleDecision => {
  switch (command.kind) {
    case 'create-chronicle':
      return create(set, command)
    case 'record-chronicle-events':
      return record(set, command.chronicleId, command.events)
    case 'change-chronicle-event':
      return change(set, command.chronicleId, command.event)
    case 'retract-chronicle-event':
      return retract(set, command)
  }
}

/** A chronicle that its first events made has its id for a title: the first who names it may. */
const create = (
  set: ChronicleSet,
  { chronicleId, title, description }: Extract<ChronicleCommand, { kind: 'create-chronicle' }>,
): ChronicleDecision => {
  const current = set.chronicles.get(chronicleId)
  if (current) {
    if (current.title === title && current.description === description) return nothing
    if (current.title !== chronicleId || current.description !== '')
      return refused(
        'chronicle-exists',
        `there is a chronicle '${chronicleId}' in this world already, with another title or description`,
        { chronicleId },
      )
  }
  const data = { chronicleId, title, description }
  return {
    event: { type: 'chronicle.created.v1', entityId: null, data },
    changes: [],
    named: { title, description },
  }
}

const record = (set: ChronicleSet, chronicleId: string, events: ChronicleEvent[]): ChronicleDecision => {
  const changes = new Map<string, EventChange>()
  for (const [index, event] of events.entries()) {
    const digest = digestOf(event)
    const before = changes.get(event.id) ?? set.events.get(eventKey(chronicleId, event.id))
    if (!before) changes.set(event.id, { event, eventId: event.id, digest, reason: null })
    else if ('retracted' in before && before.retracted)
      return retractedAlready(chronicleId, event.id, { index })
    else if (before.digest !== digest) return otherContent(chronicleId, event.id, index)
  }
  if (changes.size === 0) return nothing
  const data = { chronicleId, eventIds: [...changes.keys()] }
  return { event: { type: 'chronicle.recorded.v1', entityId: null, data }, changes: [...changes.values()] }
}

const change = (set: ChronicleSet, chronicleId: string, event: ChronicleEvent): ChronicleDecision => {
  const before = set.events.get(eventKey(chronicleId, event.id))
  if (!before) return notRecorded(set, chronicleId, event.id)
  if (before.retracted) return retractedAlready(chronicleId, event.id, {})
  const digest = digestOf(event)
  if (before.digest === digest) return nothing
  const data = { chronicleId, eventId: event.id, version: before.version + 1 }
  return {
    event: { type: 'chronicle.event_changed.v1', entityId: null, data },
    changes: [{ event, before, eventId: event.id, digest, reason: null }],
  }
}

const retract = (
  set: ChronicleSet,
  { chronicleId, eventId, reason }: Extract<ChronicleCommand, { kind: 'retract-chronicle-event' }>,
): ChronicleDecision => {
  const before = set.events.get(eventKey(chronicleId, eventId))
  if (!before) return notRecorded(set, chronicleId, eventId)
  if (before.retracted) return nothing
  const { event, digest } = before
  return {
    event: { type: 'chronicle.event_retracted.v1', entityId: null, data: { chronicleId, eventId, reason } },
    changes: [{ ...(event !== undefined && { event }), before, eventId, digest, reason }],
  }
}

const refused = (code: Refusal['code'], detail: string, data: Refusal['data']): Refused => ({
  refusal: { code, detail, data },
})

const notRecorded = (set: ChronicleSet, chronicleId: string, eventId: string): Refused =>
  set.chronicles.get(chronicleId)
    ? refused(
        'chronicle-event-not-found',
        `there is no event '${eventId}' in the chronicle '${chronicleId}'`,
        {
          ...{ chronicleId, eventId },
        },
      )
    : refused('chronicle-not-found', `there is no chronicle '${chronicleId}' in this world`, { chronicleId })

const retractedAlready = (chronicleId: string, eventId: string, more: Refusal['data']): Refused =>
  refused(
    'chronicle-event-retracted',
    `the event '${eventId}' was retracted from the chronicle '${chronicleId}'; tell it again under another id`,
    { chronicleId, eventId, ...more },
  )

const otherContent = (chronicleId: string, eventId: string, index: number): Refused =>
  refused(
    'chronicle-event-exists',
    `there is an event '${eventId}' in the chronicle '${chronicleId}' with other content; change it by PUT /api/chronicles/{id}/events/{eventId}`,
    { chronicleId, eventId, index },
  )
