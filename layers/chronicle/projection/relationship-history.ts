import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { ChronicleSettings } from '../settings.ts'
import type { RelationshipEffect } from './effect.ts'
import { targetText } from './effect.ts'
import { emptyRelationshipFold, foldRelationship, strengthAt } from './fold-relationship.ts'
import { targetKeyOf } from './names.ts'

/** One fact of what somebody felt for another, or of a membership. */
export interface RelationshipFact {
  chronicleId: string
  eventId: string
  /** Of the log: what recorded, or last changed, the event. */
  seq: number
  /** ISO 8601. */
  toldAt: string
  /** null: it was set, to `after`, or ended. */
  change: number | null
  /** What was left of it just before; null: there was none. */
  before: number | null
  /** null: it ended. */
  after: number | null
}

const selectFacts = `
  SELECT e.chronicle_id, e.event_id, e.told_at, e.ordinal, e.effect, c.from_seq
  FROM chronicle_progress p
  JOIN chronicle_effects e ON e.world_id = p.world_id AND e.generation = p.generation AND e.target_key = $2
  JOIN chronicle_events c ON c.world_id = e.world_id AND c.chronicle_id = e.chronicle_id AND c.event_id = e.event_id
  WHERE p.world_id = $1 AND ($3::int8 IS NULL OR c.from_seq <= $3)
  ORDER BY e.told_at, e.chronicle_id, e.event_id, e.ordinal`

interface Row {
  chronicle_id: string
  event_id: string
  told_at: Date
  ordinal: number
  effect: RelationshipEffect
  from_seq: number
}

/**
 * What made a relationship as strong as it is, in the order of the story, as far as it is projected; as of a seq, by
 * the events whose present version had been recorded by then.
 */
export const relationshipHistory = async (
  client: pg.ClientBase,
  world: { worldId: string; settings: ChronicleSettings },
  key: { sourceId: string; targetId: string; type: string },
  asOf: number | null = null,
): Promise<RelationshipFact[]> => {
  const targetKey = targetKeyOf(targetText({ kind: 'relationship', ...key }))
  const { rows } = await client.query<Row>(prepared(selectFacts, [world.worldId, targetKey, asOf]))
  let fold = emptyRelationshipFold
  return rows.map((row): RelationshipFact => {
    const { chronicle_id: chronicleId, event_id: eventId, ordinal, effect, from_seq: seq } = row
    const toldAt = row.told_at.getTime()
    const before = fold.strength === null ? null : strengthAt(world.settings, fold, toldAt)
    fold = foldRelationship(world.settings, fold, { toldAt, chronicleId, eventId, ordinal }, effect)
    const change = effect.do === 'change' ? effect.change : null
    return {
      chronicleId,
      eventId,
      seq,
      toldAt: row.told_at.toISOString(),
      change,
      before,
      after: fold.strength,
    }
  })
}
