/**
 * Tables as they stood at a seq. A read as of now uses the current rows alone; one of the past adds the
 * superseded rows whose [from_seq, to_seq) holds the seq. Both take `$1` = world_id and `$2` = seq (null: now),
 * so that one statement text differs from the other in its source only.
 */
const atSeq = (table: string, history: string, columns: string) => ({
  now: `(SELECT ${columns} FROM ${table} WHERE world_id = $1 AND $2::int8 IS NULL)`,
  past: `(SELECT ${columns} FROM ${table} WHERE world_id = $1 AND from_seq <= $2
     UNION ALL SELECT ${columns} FROM ${history} WHERE world_id = $1 AND from_seq <= $2 AND to_seq > $2)`,
})

export const entitiesAt = atSeq(
  'entities',
  'entity_history',
  'entity_id, name, class_type, archetype, tags, flux_position, x, y, z, from_seq, created_at, updated_at',
)
export const componentsAt = atSeq(
  'components',
  'component_history',
  'entity_id, component_type, data, from_seq',
)
export const componentTypesAt = atSeq(
  'component_types',
  'component_type_history',
  'type, version, definition, from_seq',
)
export const relationshipsAt = atSeq(
  'relationships',
  'relationship_history',
  'source_id, target_id, type, strength, label, data, from_seq',
)

/** A table of the past for a statement with two worlds in it: `$3` = world_id and `$4` = seq. */
export const ofSecondWorld = (past: string): string => past.replaceAll('$1', '$3').replaceAll('$2', '$4')

export type Moment = 'now' | 'past'
export const momentOf = (asOf: number | null): Moment => (asOf === null ? 'now' : 'past')

/** Builds the two texts of a statement once, at load. */
export const bothMoments = (text: (moment: Moment) => string): Record<Moment, string> => ({
  now: text('now'),
  past: text('past'),
})
