import type pg from 'pg'

/** A row of chronicle_events as a test needs it; the rest has some value. */
export interface StoryRow {
  worldId: string
  tenantId: string
  chronicleId?: string
  eventId: string
  version?: number
  seq: number
  retracted?: boolean
  toldAt?: string
  summary: string
}

const document = ({ eventId, toldAt, summary }: StoryRow) => ({
  ...{
    id: eventId,
    timestamp: toldAt ?? defaultToldAt,
    eventType: 'told',
    summary,
    actors: [],
    action: 'did',
  },
  ...{
    valence: [],
    causality: { causedBy: [], causes: [] },
    modality: 'actual',
    source: 'TEST',
    keywords: [],
    data: {},
  },
})

export const defaultToldAt = '1204-04-12T00:00:00.000Z'

const upsert = `
  INSERT INTO chronicle_events
  SELECT r.* FROM jsonb_array_elements($1::jsonb) AS d, jsonb_populate_record(NULL::chronicle_events, d) AS r
  ON CONFLICT (world_id, chronicle_id, event_id) DO UPDATE SET version = EXCLUDED.version,
    from_seq = EXCLUDED.from_seq, retracted = EXCLUDED.retracted, told_at = EXCLUDED.told_at, document = EXCLUDED.document`

/** Writes events as they are now, without the write path, as superuser. */
export const putStory = async (client: pg.ClientBase, rows: StoryRow[]): Promise<void> => {
  const values = rows.map((row) => ({
    ...{
      world_id: row.worldId,
      chronicle_id: row.chronicleId ?? 'c',
      event_id: row.eventId,
      tenant_id: row.tenantId,
    },
    ...{ version: row.version ?? 1, from_seq: row.seq, retracted: row.retracted ?? false },
    ...{
      told_at: row.toldAt ?? defaultToldAt,
      event_type: 'told',
      action: 'did',
      modality: 'actual',
      source: 'TEST',
    },
    ...{ document: document(row), search: '', search_text: '', digest: '\\x00', marks: [] },
    recorded_at: defaultToldAt,
  }))
  await client.query(upsert, [JSON.stringify(values)])
}
