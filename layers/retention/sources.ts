/** The tables that old rows leave, and what says when a row is old. */
export interface Source {
  table: SourceTable
  kind: RetentionKind
  /** Whose row it is: rows of one batch are sorted by it. null: by seq. */
  id: 'entity_id' | 'source_id' | 'event_id' | null
  /** From this seq on the row held… */
  start: 'from_seq' | 'seq'
  /** …up to this one, which is the last that needs it no more. */
  end: 'to_seq' | 'seq'
  /** Of the rows that leave; the others stay for ever. */
  only: string
}

export type SourceTable =
  | 'entity_history'
  | 'component_history'
  | 'relationship_history'
  | 'chronicle_event_history'
  | 'world_events'
  | 'scene_snapshots'

export const retentionKinds = ['history', 'events', 'chronicles', 'sceneSnapshots'] as const
export type RetentionKind = (typeof retentionKinds)[number]

/**
 * Few, or asked for by seq for ever: what the settings were, where a fork begins, and which commit an event of the ledger
 * names (layers/ledger/verify). They hold nothing of an entity.
 */
const keptEvents = `type NOT IN ('world.settings_changed.v1', 'world.forked.v1', 'commit.entries.v1')`

const superseded = { start: 'from_seq', end: 'to_seq', only: 'true' } as const

export const sources: readonly Source[] = [
  { table: 'entity_history', kind: 'history', id: 'entity_id', ...superseded },
  { table: 'component_history', kind: 'history', id: 'entity_id', ...superseded },
  { table: 'relationship_history', kind: 'history', id: 'source_id', ...superseded },
  { table: 'chronicle_event_history', kind: 'chronicles', id: 'event_id', ...superseded },
  { table: 'scene_snapshots', kind: 'sceneSnapshots', id: null, start: 'seq', end: 'seq', only: 'true' },
  // last: where the others end is found by the times of events
  { table: 'world_events', kind: 'events', id: null, start: 'seq', end: 'seq', only: keptEvents },
]

export const sourceOf = (table: string): Source => sources.find((source) => source.table === table)!

export const tablesOf = (kind: RetentionKind): SourceTable[] =>
  sources.filter((source) => source.kind === kind).map(({ table }) => table)
