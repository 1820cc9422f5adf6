import type pg from 'pg'
import { textArray } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import { type ChronicleSet, emptyChronicleSet, eventKey } from '../chronicle-set.ts'
import { type ChronicleCommand, isChronicleCommand } from '../commands.ts'
import { loadRules } from '../rules/postgres.ts'
import { ruledTypes } from '../rules/ruled-types.ts'

/** Chronicles and events that commands name. */
interface Named {
  chronicleIds: Set<string>
  events: Map<string, { chronicleId: string; eventId: string }>
  /** Whether one makes a component type that is sensitive. */
  registersSensitive: boolean
}

const namedBy = (commands: Iterable<{ kind: string }>): Named => {
  const named: Named = { chronicleIds: new Set(), events: new Map(), registersSensitive: false }
  for (const command of commands) {
    named.registersSensitive ||= isSensitiveType(command)
    if (!isChronicleCommand(command)) continue
    const { chronicleId } = command as ChronicleCommand
    named.chronicleIds.add(chronicleId)
    for (const eventId of eventIdsOf(command as ChronicleCommand))
      named.events.set(eventKey(chronicleId, eventId), { chronicleId, eventId })
  }
  return named
}

const eventIdsOf = (command: ChronicleCommand): string[] => {
  switch (command.kind) {
    case 'create-chronicle':
      return []
    case 'record-chronicle-events':
      return command.events.map(({ id }) => id)
    case 'change-chronicle-event':
      return [command.event.id]
    case 'retract-chronicle-event':
      return [command.eventId]
  }
}

/**
 * Of the chronicles and events that the commands name, what decides: digests, not documents, so that a batch which
 * comes again costs no more memory than its ids. Nothing is sent where they name none.
 */
export const loadChronicle = async (
  client: pg.ClientBase,
  worldId: string,
  commands: Iterable<{ kind: string }>,
): Promise<ChronicleSet> => {
  const { chronicleIds, events, registersSensitive } = namedBy(commands)
  const [loaded, chronicles, types] = await Promise.all([
    loadEvents(client, worldId, events),
    loadChronicles(client, worldId, [...chronicleIds]),
    registersSensitive ? loadRuledTypes(client, worldId) : undefined,
  ])
  return { ...emptyChronicleSet(), chronicles, events: loaded, ...(types && { ruledTypes: types }) }
}

const isSensitiveType = (command: { kind: string }): boolean =>
  command.kind === 'register-component-type' &&
  (command as { kind: string; definition: { sensitive: boolean } }).definition.sensitive

const loadRuledTypes = async (client: pg.ClientBase, worldId: string): Promise<Map<string, string>> => {
  const { rules } = await loadRules(client, worldId)
  return new Map(
    ruledTypes(rules)
      .reverse()
      .map(({ type, field }) => [type, field]),
  )
}

const selectChronicles = `
  SELECT chronicle_id, title, description, event_count, from_seq, created_at FROM chronicles
  WHERE world_id = $1 AND chronicle_id = ANY ($2::text[])`

interface ChronicleRow {
  chronicle_id: string
  title: string
  description: string
  event_count: number
  from_seq: number
  created_at: Date
}

const loadChronicles = async (
  client: pg.ClientBase,
  worldId: string,
  ids: string[],
): Promise<ChronicleSet['chronicles']> => {
  const found: ChronicleSet['chronicles'] = new Map(ids.map((id) => [id, null]))
  if (ids.length === 0) return found
  const { rows } = await client.query<ChronicleRow>(prepared(selectChronicles, [worldId, textArray(ids)]))
  for (const { chronicle_id, title, description, event_count, from_seq, created_at } of rows) {
    const counts = { eventCount: event_count, fromSeq: from_seq }
    found.set(chronicle_id, { title, description, ...counts, createdAt: created_at.toISOString() })
  }
  return found
}

const selectEvents = `
  SELECT e.chronicle_id, e.event_id, e.version, e.from_seq, e.retracted, encode(e.digest, 'hex') AS digest, e.recorded_at,
    e.reason
  FROM unnest($2::text[], $3::text[]) AS k (chronicle_id, event_id)
  JOIN chronicle_events e ON e.world_id = $1 AND e.chronicle_id = k.chronicle_id AND e.event_id = k.event_id`

interface EventRow {
  chronicle_id: string
  event_id: string
  version: number
  from_seq: number
  retracted: boolean
  digest: string
  recorded_at: Date
  reason: string | null
}

const loadEvents = async (
  client: pg.ClientBase,
  worldId: string,
  named: Named['events'],
): Promise<ChronicleSet['events']> => {
  const found: ChronicleSet['events'] = new Map()
  if (named.size === 0) return found
  const keys = [...named.values()]
  const values = [
    worldId,
    textArray(keys.map(({ chronicleId }) => chronicleId)),
    textArray(keys.map(({ eventId }) => eventId)),
  ]
  const { rows } = await client.query<EventRow>(prepared(selectEvents, values))
  for (const row of rows) {
    const { chronicle_id: chronicleId, event_id: eventId, version, retracted, digest, reason } = row
    found.set(eventKey(chronicleId, eventId), {
      ...{ chronicleId, eventId, version, retracted, digest, reason },
      ...{ fromSeq: row.from_seq, recordedAt: row.recorded_at.toISOString() },
    })
  }
  return found
}
