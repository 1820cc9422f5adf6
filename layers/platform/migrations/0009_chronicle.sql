-- Up Migration

-- Chronicles: what is told of a world. They are the authority on the story; what they do to entities is derived from
-- them (0011_projection.sql). A chronicle event is recorded in the transaction of the event `chronicle.recorded.v1` of
-- the world's log, whose seq is its from_seq. It is changed and retracted by later events of the log; what it was
-- before goes to the history, as with entities.

CREATE TABLE chronicles (
  world_id uuid NOT NULL,
  chronicle_id text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  -- events that are not retracted
  event_count bigint NOT NULL DEFAULT 0,
  from_seq bigint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (world_id, chronicle_id)
);

CREATE TABLE chronicle_events (
  world_id uuid NOT NULL,
  chronicle_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  -- 1, and one more for each change
  version integer NOT NULL,
  from_seq bigint NOT NULL,
  retracted boolean NOT NULL DEFAULT false,
  -- of the story: its `timestamp`
  told_at timestamptz NOT NULL,
  event_type text NOT NULL,
  action text NOT NULL,
  modality text NOT NULL,
  source text NOT NULL,
  -- the whole event, see layers/chronicle/chronicle-event.ts
  document jsonb NOT NULL,
  -- what a full-text search reads, with weights; what a trigram search reads
  search tsvector NOT NULL,
  search_text text NOT NULL,
  PRIMARY KEY (world_id, chronicle_id, event_id)
);
CREATE INDEX chronicle_events_told ON chronicle_events (world_id, chronicle_id, told_at, event_id);
CREATE INDEX chronicle_events_story ON chronicle_events (world_id, told_at, chronicle_id, event_id);
CREATE INDEX chronicle_events_seq ON chronicle_events (world_id, from_seq);
CREATE INDEX chronicle_events_search ON chronicle_events USING gin (search);
CREATE INDEX chronicle_events_trigrams ON chronicle_events USING gin (search_text gin_trgm_ops);

CREATE TABLE chronicle_event_history (
  world_id uuid NOT NULL,
  chronicle_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  tenant_id text NOT NULL,
  version integer NOT NULL,
  retracted boolean NOT NULL,
  told_at timestamptz NOT NULL,
  event_type text NOT NULL,
  action text NOT NULL,
  modality text NOT NULL,
  source text NOT NULL,
  document jsonb NOT NULL,
  PRIMARY KEY (world_id, chronicle_id, event_id, from_seq),
  CHECK (from_seq < to_seq)
);
CREATE INDEX chronicle_event_history_to_seq ON chronicle_event_history (world_id, to_seq);

-- how far the projection of a world is behind what was recorded: 0011 has the rest of it
CREATE TABLE chronicle_progress (
  world_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  -- seq of the last event of the log that recorded, changed or retracted chronicle events
  recorded_seq bigint NOT NULL DEFAULT 0,
  projected_seq bigint NOT NULL DEFAULT 0
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['chronicles', 'chronicle_events', 'chronicle_event_history', 'chronicle_progress'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY app ON %I TO orrery_app USING (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))
         WITH CHECK (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))', t);
    EXECUTE format('CREATE POLICY migrate ON %I TO orrery_migrate USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY background ON %I TO orrery_background USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON chronicles, chronicle_events, chronicle_progress TO orrery_app;
GRANT SELECT, INSERT ON chronicle_event_history TO orrery_app;
GRANT SELECT ON chronicles, chronicle_events, chronicle_event_history TO orrery_background;
GRANT SELECT, INSERT, UPDATE ON chronicle_progress TO orrery_background;

-- operators of full text and trigrams are not leakproof: their index is reached as in 0003
CREATE POLICY search ON chronicle_events TO orrery_search USING (true);
GRANT SELECT ON chronicle_events TO orrery_search;

-- Down Migration

DROP TABLE chronicle_progress, chronicle_event_history, chronicle_events, chronicles;
