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
  -- SHA-256 of the document's canonical JSON: whether an event that comes again is the same, without reading it
  digest bytea NOT NULL,
  recorded_at timestamptz NOT NULL,
  -- of a retraction
  reason text,
  -- actors, keywords and causality, each with a letter before it: see layers/chronicle/searched-text.ts
  marks text[] NOT NULL,
  -- what a full-text search reads, with weights; what a trigram search reads
  search tsvector NOT NULL,
  search_text text NOT NULL,
  PRIMARY KEY (world_id, chronicle_id, event_id)
);
CREATE INDEX chronicle_events_told ON chronicle_events (world_id, chronicle_id, told_at, event_id);
CREATE INDEX chronicle_events_story ON chronicle_events (world_id, told_at, chronicle_id, event_id);
CREATE INDEX chronicle_events_seq ON chronicle_events (world_id, from_seq);
CREATE INDEX chronicle_events_marks ON chronicle_events USING gin (marks);
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
  digest bytea NOT NULL,
  recorded_at timestamptz NOT NULL,
  reason text,
  marks text[] NOT NULL,
  search tsvector NOT NULL,
  search_text text NOT NULL,
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

-- Stems of words, and names as they are: some are stop words. Both are asked for, but not where the query excludes
-- something: what is there as a stem alone would not be excluded as a word. Sizes are limited by the API: 1 MB of
-- vector is not reached.
CREATE FUNCTION chronicle_vector(a text, b text, c text, d text, names text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('pg_catalog.english', a) || to_tsvector('pg_catalog.simple', names), 'A')
    || setweight(to_tsvector('pg_catalog.english', b), 'B') || setweight(to_tsvector('pg_catalog.english', c), 'C')
    || setweight(to_tsvector('pg_catalog.english', d), 'D')
$$;

CREATE FUNCTION chronicle_query(query text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN websearch_to_tsquery('pg_catalog.simple', query)::text ~ '!'
    THEN websearch_to_tsquery('pg_catalog.english', query)
    ELSE websearch_to_tsquery('pg_catalog.english', query) || websearch_to_tsquery('pg_catalog.simple', query) END
$$;

-- ids of events that match a query in the words of web searches
CREATE FUNCTION chronicle_matching(world uuid, chronicle text, query text) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT event_id FROM chronicle_events
  WHERE search @@ chronicle_query(query) AND world_id = world AND chronicle_id = chronicle
    AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
$$;

-- ids of events with all marks
CREATE FUNCTION chronicle_marked(world uuid, chronicle text, wanted text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT event_id FROM chronicle_events
  WHERE marks @> wanted AND world_id = world AND chronicle_id = chronicle
    AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
$$;

-- ids of events with any of the marks, in order of id
CREATE FUNCTION chronicle_marked_any(world uuid, chronicle text, wanted text[], max_rows int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT event_id FROM chronicle_events
  WHERE marks && wanted AND world_id = world AND chronicle_id = chronicle AND NOT retracted
    AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
  ORDER BY event_id LIMIT max_rows
$$;

-- the best matches of a query, in one chronicle or (null) all of a world
CREATE FUNCTION chronicle_search(
  world uuid, chronicle text, query text, from_at timestamptz, to_at timestamptz, max_rows int
) RETURNS TABLE (chronicle_id text, event_id text, rank real, told_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT e.chronicle_id, e.event_id, ts_rank(e.search, chronicle_query(query)) AS rank, e.told_at
  FROM chronicle_events e
  WHERE e.search @@ chronicle_query(query) AND e.world_id = world AND NOT e.retracted
    AND (chronicle IS NULL OR e.chronicle_id = chronicle)
    AND (from_at IS NULL OR e.told_at >= from_at) AND (to_at IS NULL OR e.told_at <= to_at)
    AND e.tenant_id = nullif(current_setting('orrery.tenant', true), '')
  ORDER BY rank DESC, e.chronicle_id, e.event_id LIMIT max_rows
$$;

-- the same by trigrams: events with words like those of these that no event has as they are; stop words left out.
-- From 0.45 on two words are alike: Ricard and Richard are by 0.5
CREATE FUNCTION chronicle_search_similar(
  world uuid, chronicle text, words text[], from_at timestamptz, to_at timestamptz, max_rows int
) RETURNS TABLE (chronicle_id text, event_id text, rank real, told_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public SET pg_trgm.word_similarity_threshold = 0.45 AS $$
  SELECT e.chronicle_id, e.event_id, sum(e.likeness) AS rank, min(e.told_at) AS told_at
  FROM unnest(words) AS w (word)
  CROSS JOIN LATERAL (
    SELECT c.chronicle_id, c.event_id, c.told_at, word_similarity(w.word, c.search_text) AS likeness
    FROM chronicle_events c
    WHERE c.search_text %> w.word AND c.world_id = world AND NOT c.retracted
      AND (chronicle IS NULL OR c.chronicle_id = chronicle)
      AND (from_at IS NULL OR c.told_at >= from_at) AND (to_at IS NULL OR c.told_at <= to_at)
      AND c.tenant_id = nullif(current_setting('orrery.tenant', true), '')
  ) e
  WHERE numnode(plainto_tsquery('pg_catalog.english', w.word)) > 0 AND NOT EXISTS (
    SELECT FROM chronicle_events k
    WHERE k.search @@ chronicle_query(w.word) AND k.world_id = world
      AND (chronicle IS NULL OR k.chronicle_id = chronicle)
      AND k.tenant_id = nullif(current_setting('orrery.tenant', true), '')
  )
  GROUP BY e.chronicle_id, e.event_id
  ORDER BY rank DESC, e.chronicle_id, e.event_id LIMIT max_rows
$$;

REVOKE ALL ON FUNCTION chronicle_vector, chronicle_query, chronicle_matching, chronicle_marked, chronicle_marked_any,
  chronicle_search, chronicle_search_similar FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chronicle_vector, chronicle_query, chronicle_matching, chronicle_marked, chronicle_marked_any,
  chronicle_search, chronicle_search_similar TO orrery_app;
GRANT EXECUTE ON FUNCTION chronicle_query TO orrery_search;
GRANT CREATE ON SCHEMA public TO orrery_search;
ALTER FUNCTION chronicle_matching OWNER TO orrery_search;
ALTER FUNCTION chronicle_marked OWNER TO orrery_search;
ALTER FUNCTION chronicle_marked_any OWNER TO orrery_search;
ALTER FUNCTION chronicle_search OWNER TO orrery_search;
ALTER FUNCTION chronicle_search_similar OWNER TO orrery_search;
REVOKE CREATE ON SCHEMA public FROM orrery_search;

-- Down Migration

DROP FUNCTION chronicle_matching, chronicle_marked, chronicle_marked_any, chronicle_search, chronicle_search_similar,
  chronicle_query, chronicle_vector;
DROP TABLE chronicle_progress, chronicle_event_history, chronicle_events, chronicles;
