import type pg from 'pg'
import type { ChronicleEvent } from '../chronicle-event.ts'
import { actorsOf, type NamedActor } from '../projection/actors.ts'
import { deriveEvent } from '../projection/derive-events.ts'
import { indexOperations } from '../projection/operations.ts'
import { loadBound, loadOperations } from '../projection/postgres/bindings.ts'
import { type Resolution, resolveName } from '../projection/resolve.ts'
import { compareStoryOrder, type StoryOrder } from '../projection/story-order.ts'
import { loadDerivingRules } from '../rules/postgres.ts'
import { ruleTable } from '../rules/rule-table.ts'
import type { ChronicleSettings } from '../settings.ts'
import { questionLimits } from './limits.ts'
import type { StoryEvent } from './source.ts'

/** More is told in the world than one answer can be derived from. */
export class StoryTooLong extends Error {
  readonly code = 'story-too-long'
}

interface Row {
  chronicle_id: string
  document: ChronicleEvent
  from_seq: number
}

const selectAll = `
  SELECT chronicle_id, document, from_seq FROM chronicle_events
  WHERE world_id = $1 AND NOT retracted AND ($2::int8 IS NULL OR from_seq <= $2) LIMIT $3`

/**
 * Everything that is told in a world, in the order of the story, with what it comes to: from the events and from what
 * people decided (rules, bindings), and from nothing that was derived.
 *
 * @throws StoryTooLong
 */
export const loadStory = async (
  client: pg.ClientBase,
  world: { worldId: string; settings: ChronicleSettings },
  asOf: number | null,
): Promise<StoryEvent[]> => {
  const { worldId, settings } = world
  const { derivedEvents } = questionLimits
  const { rows } = await client.query<Row>(selectAll, [worldId, asOf, derivedEvents + 1])
  if (rows.length > derivedEvents)
    throw new StoryTooLong(`more than ${derivedEvents} events are told: too many to derive an answer from`)
  const named = rows
    .map((row) => ({ ...storedFrom(row), seq: row.from_seq, named: actorsOf(row.document) }))
    .sort((a, b) => compareStoryOrder({ ...a, ordinal: 0 }, { ...b, ordinal: 0 }))
  const rules = await loadDerivingRules(client, worldId)
  const operations = indexOperations(await loadOperations(client, worldId))
  const names = await namesOf(client, worldId, named)
  const scope = {
    ...{ worldId, tenantId: '', generation: 0, liveGeneration: 0 },
    ...{ rules: ruleTable(rules), settings, operations },
  }
  return named.map(({ seq, ...event }): StoryEvent => {
    const { chronicleId, eventId, toldAt, actors, effects, projects } = deriveEvent(scope, event, names)
    const named = actors.map(({ entityId, name, entityType, role }) => ({ entityId, name, entityType, role }))
    return { chronicleId, eventId, seq, toldAt, event: event.event, actors: named, effects, projects }
  })
}

const storedFrom = ({ chronicle_id: chronicleId, document }: Row) => ({
  ...{ chronicleId, eventId: document.id, retracted: false },
  ...{ toldAt: Date.parse(document.timestamp), event: document },
})

/** Who each name is, as `resolveNames` finds it in what it keeps. */
const namesOf = async (
  client: pg.ClientBase,
  worldId: string,
  story: readonly (Omit<StoryOrder, 'ordinal'> & { named: NamedActor[] })[],
): Promise<Map<string, Resolution>> => {
  const writings = new Map<string, { name: string; type: string }>()
  const explicit = new Map<string, { first: string; hasOthers: boolean }>()
  for (const { named } of story)
    for (const { nameKey, name, entityType, explicitId } of named) {
      if (!writings.has(nameKey)) writings.set(nameKey, { name, type: entityType })
      if (explicitId === undefined) continue
      const known = explicit.get(nameKey)
      if (known === undefined) explicit.set(nameKey, { first: explicitId, hasOthers: false })
      else known.hasOthers ||= known.first !== explicitId
    }
  const bound = await loadBound(client, worldId, [...writings.keys()])
  return new Map(
    [...writings].map(([key, { name, type }]) => {
      const { first, hasOthers } = explicit.get(key) ?? {}
      const evidence = { firstExplicitId: first, hasOtherIds: hasOthers ?? false, boundId: bound.get(key) }
      return [key, resolveName(name, type, evidence)]
    }),
  )
}
