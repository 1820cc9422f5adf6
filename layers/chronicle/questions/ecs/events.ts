import { textArray, timestamptz } from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { ChronicleEvent } from '../../chronicle-event.ts'
import { type Effect, targetOf } from '../../projection/effect.ts'
import { compareStoryOrder } from '../../projection/story-order.ts'
import type { EventActor, StoryEvent, TimelineRange } from '../source.ts'
import type { EcsScope } from './scope.ts'

interface EventRow {
  chronicle_id: string
  document: ChronicleEvent
  from_seq: number
}

const selectStory = (names: string) => `
  SELECT c.chronicle_id, c.document, c.from_seq
  FROM (${names}) n
  JOIN chronicle_events c ON c.world_id = $1 AND c.chronicle_id = n.chronicle_id AND c.event_id = n.event_id
  WHERE NOT c.retracted AND ($3::int8 IS NULL OR c.from_seq <= $3) AND $2::int4 IS NOT NULL`

const selectNamed = selectStory('SELECT * FROM unnest($4::text[], $5::text[]) AS u (chronicle_id, event_id)')

const selectTimeline = selectStory(`
  SELECT a.chronicle_id, a.event_id FROM chronicle_actors a
  JOIN chronicle_events k ON k.world_id = a.world_id AND k.chronicle_id = a.chronicle_id AND k.event_id = a.event_id
    AND NOT k.retracted AND ($3::int8 IS NULL OR k.from_seq <= $3)
  WHERE a.world_id = $1 AND a.generation = $2 AND a.entity_id = $4
    AND a.told_at >= $5::timestamptz AND a.told_at <= $6::timestamptz
    AND ($8::text IS NULL OR (a.told_at, a.chronicle_id, a.event_id) > ($7::timestamptz, $8, $9))
  GROUP BY a.told_at, a.chronicle_id, a.event_id ORDER BY a.told_at, a.chronicle_id, a.event_id LIMIT $10`)

const selectChronicle = selectStory(`
  SELECT k.chronicle_id, k.event_id FROM chronicle_events k
  WHERE k.world_id = $1 AND k.chronicle_id = $4 AND NOT k.retracted AND ($3::int8 IS NULL OR k.from_seq <= $3)
  ORDER BY k.told_at, k.event_id LIMIT $5`)

const earliest = Date.UTC(-4712, 0, 1)
const latest = 8.64e15

interface ActorRow extends EventActor {
  index: number
  ordinal: number
  projects: boolean
}

interface EffectRow {
  index: number
  target: string
  ordinal: number
  effect: Effect
}

// Rows as they are, in any order: as one JSON for each event they took twice the time.
const ofEvents = (table: string, columns: string) => `
  SELECT n.place::int4 - 1 AS index, ${columns}
  FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS n (chronicle_id, event_id, place)
  JOIN ${table} t ON t.world_id = $1 AND t.generation = $2 AND t.chronicle_id = n.chronicle_id
    AND t.event_id = n.event_id`
const selectActors = ofEvents(
  'chronicle_actors',
  't.ordinal, t.entity_id AS "entityId", t.name, t.entity_type AS "entityType", t.role, t.projects',
)
const selectEffects = ofEvents('chronicle_effects', 't.target, t.ordinal, t.effect')

const read = async (
  { client, worldId, generation, asOf }: EcsScope,
  text: string,
  values: unknown[],
): Promise<StoryEvent[]> => {
  const { rows } = await client.query<EventRow>(prepared(text, [worldId, generation, asOf, ...values]))
  if (rows.length === 0) return []
  const story = rows.map(toStoryEvent)
  const names = [
    textArray(story.map(({ chronicleId }) => chronicleId)),
    textArray(story.map(({ eventId }) => eventId)),
  ]
  const of = [worldId, generation, ...names]
  const actors = await client.query<ActorRow>(prepared(selectActors, of))
  for (const { index, ordinal: _, projects, ...actor } of actors.rows.sort(byOrdinal)) {
    story[index]!.actors.push(actor)
    story[index]!.projects ||= projects
  }
  const effects = await client.query<EffectRow>(prepared(selectEffects, of))
  for (const { index, target, ...placed } of effects.rows.sort(byOrdinal))
    story[index]!.effects.push({ ...placed, target: targetOf(target) })
  return story.sort((a, b) => compareStoryOrder({ ...a, ordinal: 0 }, { ...b, ordinal: 0 }))
}

const byOrdinal = (a: { ordinal: number }, b: { ordinal: number }): number => a.ordinal - b.ordinal

const toStoryEvent = (row: EventRow): StoryEvent => ({
  ...{ chronicleId: row.chronicle_id, eventId: row.document.id, seq: row.from_seq },
  ...{ toldAt: Date.parse(row.document.timestamp), event: row.document },
  ...{ actors: [], effects: [], projects: false },
})

export const readStoryEvents = async (
  scope: EcsScope,
  names: readonly { chronicleId: string; eventId: string }[],
): Promise<StoryEvent[]> =>
  names.length === 0
    ? []
    : read(scope, selectNamed, [
        textArray(names.map(({ chronicleId }) => chronicleId)),
        textArray(names.map(({ eventId }) => eventId)),
      ])

export const readTimeline = (
  scope: EcsScope,
  entityId: string,
  { from, to, after, limit }: TimelineRange,
): Promise<StoryEvent[]> =>
  read(scope, selectTimeline, [
    ...[
      entityId,
      timestamptz(Math.max(from ?? earliest, earliest)),
      timestamptz(Math.min(to ?? latest, latest)),
    ],
    ...[timestamptz(after?.toldAt ?? earliest), after?.chronicleId ?? null, after?.eventId ?? null, limit],
  ])

export const readStory = (scope: EcsScope, chronicleId: string, limit: number): Promise<StoryEvent[]> =>
  read(scope, selectChronicle, [chronicleId, limit])
