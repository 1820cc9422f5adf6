-- Up Migration

-- Care of old data. See docs/retention.md.

-- How far the rows of each table of a world have been moved and forgotten. All readers of the past look here.
CREATE TABLE retention_state (
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  -- the table; '*': when all was last looked through, in updated_at
  source text NOT NULL,
  tenant_id text NOT NULL,
  -- rows that were superseded, or written, up to this seq are in the archive, whether they are also here or not
  archived_to bigint NOT NULL DEFAULT 0,
  -- seqs as of which the table cannot be read any more: [lower, upper)
  expired int8multirange NOT NULL DEFAULT '{}',
  rows_archived bigint NOT NULL DEFAULT 0,
  rows_expired bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (world_id, source)
);

-- The index of the archive: each row is an object that was stored and read back before its row.
CREATE TABLE retention_batches (
  batch_id uuid PRIMARY KEY,
  world_id uuid NOT NULL,
  tenant_id text NOT NULL,
  -- the table whose rows are in it
  source text NOT NULL,
  -- of the entities in it, sorted; those of events and scene snapshots are sorted by seq, and have ''
  first_id text COLLATE "C" NOT NULL,
  last_id text COLLATE "C" NOT NULL,
  -- rows that left the table at (after_seq, to_seq]: with the ids they say which rows are this batch's
  after_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  -- the first seq as of which some of its rows hold, and the first seq at which one of them ended
  from_seq bigint NOT NULL,
  first_end bigint NOT NULL,
  row_count integer NOT NULL,
  key text NOT NULL,
  bytes bigint NOT NULL,
  sha256 bytea NOT NULL,
  -- here: all its rows are in their table as well; away: they may have gone from there
  state text NOT NULL CHECK (state IN ('here', 'away')),
  -- of a batch that is away: none of its rows is in the table any more
  cleared boolean NOT NULL DEFAULT false,
  -- of a batch that was brought back: until then at least
  here_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
CREATE INDEX retention_batches_past ON retention_batches (world_id, source, to_seq);
CREATE INDEX retention_batches_open ON retention_batches (world_id) WHERE state = 'here' OR NOT cleared;

-- Objects of the archive that no index names: not yet, or no more. Each is deleted when it is due.
CREATE TABLE retention_garbage (
  key text COLLATE "C" PRIMARY KEY,
  world_id uuid NOT NULL,
  tenant_id text NOT NULL,
  due_at timestamptz NOT NULL
);
CREATE INDEX retention_garbage_world ON retention_garbage (world_id, due_at);

-- The last seq of each hour whose events have left the log: where history ends that is kept longer than events.
CREATE TABLE retention_hours (
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  tenant_id text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (world_id, hour)
);

-- What somebody asked to be erased, how far that is, and in the end the certificate.
CREATE TABLE erasures (
  erasure_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  -- no foreign key: the certificate outlives the world
  world_id uuid,
  world text,
  -- null: all of the tenant
  entity_id text COLLATE "C",
  -- SHA-256 of the id: what the certificate keeps of it
  subject bytea NOT NULL,
  reason text NOT NULL,
  status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done', 'failed')),
  request_id text NOT NULL,
  requested_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  finished_at timestamptz,
  -- steps that are done, in order, each with what it erased; a step that is begun anew finds what is left
  steps jsonb NOT NULL DEFAULT '[]',
  failure jsonb,
  held_until timestamptz NOT NULL DEFAULT '-infinity',
  attempts integer NOT NULL DEFAULT 0,
  UNIQUE (tenant_id, request_id)
) WITH (fillfactor = 70);
CREATE INDEX erasures_newest ON erasures (tenant_id, created_at DESC, erasure_id DESC);
CREATE INDEX erasures_open ON erasures (created_at) WHERE status IN ('waiting', 'running');

-- Which pseudonym stands for an entity in the commits of the ledger (layers/ledger/pseudonyms.ts). An erasure deletes the
-- row, and nobody can tell any more whom the pseudonym meant.
CREATE TABLE entity_pseudonyms (
  world_id uuid NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  -- random; the pseudonym is its HMAC of the id
  key bytea NOT NULL,
  pseudonym text COLLATE "C" NOT NULL,
  PRIMARY KEY (world_id, entity_id)
);
CREATE UNIQUE INDEX entity_pseudonyms_pseudonym ON entity_pseudonyms (world_id, pseudonym);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['retention_state', 'retention_batches', 'retention_garbage', 'retention_hours', 'erasures', 'entity_pseudonyms'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY app ON %I TO orrery_app USING (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))
         WITH CHECK (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))', t);
    EXECUTE format('CREATE POLICY migrate ON %I TO orrery_migrate USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY background ON %I TO orrery_background USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO orrery_background', t);
  END LOOP;
END $$;

GRANT SELECT ON retention_state, retention_batches, retention_garbage, retention_hours, entity_pseudonyms TO orrery_app;
-- whoever reads the past brings it back
GRANT UPDATE (state, cleared, here_until) ON retention_batches TO orrery_app;
GRANT SELECT, INSERT ON erasures TO orrery_app;

-- a log that has a gap says why
CREATE POLICY relay ON retention_state TO orrery_relay USING (true);
CREATE POLICY relay ON retention_batches TO orrery_relay USING (true);
CREATE POLICY physics ON retention_state TO orrery_physics USING (true);
GRANT SELECT ON retention_state TO orrery_relay, orrery_physics;
GRANT SELECT ON retention_batches TO orrery_relay;

-- what leaves, and what comes back
GRANT SELECT, INSERT, DELETE ON entity_history, component_history, relationship_history, chronicle_event_history
  TO orrery_background;
GRANT INSERT, DELETE ON world_events, scene_snapshots TO orrery_background;
-- up to which event everybody has come
GRANT SELECT ON relay_cursors, tick_log, leases TO orrery_background;
GRANT SELECT, DELETE ON requests TO orrery_background;

-- Deletes up to so many rows about one entity from each table that says something of it, but for what is there now, which
-- the write path deletes. Answers how many of each; {}: none is left.
CREATE FUNCTION erase_entity_rows(world uuid, entity text, max_rows int) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t record;
  found_rows bigint;
  counts jsonb := '{}';
BEGIN
  FOR t IN SELECT * FROM (VALUES
    ('entity_history', 'entity_id = $2'), ('component_history', 'entity_id = $2'),
    ('relationship_history', '(source_id = $2 OR target_id = $2)'), ('entity_physics_state', 'entity_id = $2'),
    ('entity_ticks', 'entity_id = $2'), ('entity_state', 'entity_id = $2'), ('entity_pseudonyms', 'entity_id = $2'),
    ('chronicle_actors', 'entity_id = $2'), ('chronicle_names', 'entity_id = $2'),
    ('chronicle_bindings', '(into_id = $2 OR from_id = $2)'), ('chronicle_effects', 'target = $2'),
    ('chronicle_derived', 'target = $2')
  ) AS tables (name, condition) LOOP
    EXECUTE format('DELETE FROM %1$I WHERE world_id = $1 AND ctid = ANY (ARRAY(
      SELECT ctid FROM %1$I WHERE world_id = $1 AND %2$s LIMIT $3))', t.name, t.condition) USING world, entity, max_rows;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF found_rows > 0 THEN
      counts := counts || jsonb_build_object(t.name, found_rows);
    END IF;
  END LOOP;
  RETURN counts;
END $$;

-- Takes what events after one seq and up to another say of an entity out of them; answers of how many. They stay in the log,
-- which has no gaps.
CREATE FUNCTION erase_entity_events(world uuid, entity text, after_seq bigint, to_seq bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found_rows bigint;
BEGIN
  UPDATE world_events SET type = 'event.erased.v1', entity_id = NULL, data = '{}', cause = cause - 'command'
  WHERE world_id = world AND seq > after_seq AND seq <= to_seq
    AND (entity_id = entity OR type LIKE 'relationship.%' AND data -> 'relationship' ->> 'targetId' = entity);
  GET DIAGNOSTICS found_rows = ROW_COUNT;
  RETURN found_rows;
END $$;

-- Takes all that a chronicle event tells out of it, and out of what it told before. It was retracted before that.
CREATE FUNCTION erase_chronicle_event(world uuid, chronicle text, event text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found_rows bigint;
  all_rows bigint;
BEGIN
  UPDATE chronicle_events SET event_type = 'erased', action = 'erased', source = '', reason = 'erased', marks = '{}', search = '',
    search_text = '', digest = '', document = jsonb_build_object('id', event_id, 'timestamp', document -> 'timestamp',
      'eventType', 'erased', 'summary', '', 'actors', '[]'::jsonb, 'action', 'erased', 'valence', '[]'::jsonb,
      'causality', '{"causedBy": [], "causes": []}'::jsonb, 'modality', modality, 'source', '', 'keywords', '[]'::jsonb,
      'data', '{}'::jsonb)
  WHERE world_id = world AND chronicle_id = chronicle AND event_id = event;
  GET DIAGNOSTICS all_rows = ROW_COUNT;
  DELETE FROM chronicle_event_history WHERE world_id = world AND chronicle_id = chronicle AND event_id = event;
  GET DIAGNOSTICS found_rows = ROW_COUNT;
  all_rows := all_rows + found_rows;
  DELETE FROM chronicle_embeddings WHERE world_id = world AND chronicle_id = chronicle AND event_id = event;
  DELETE FROM chronicle_actors WHERE world_id = world AND chronicle_id = chronicle AND event_id = event;
  DELETE FROM chronicle_effects WHERE world_id = world AND chronicle_id = chronicle AND event_id = event;
  RETURN all_rows;
END $$;

-- Deletes up to so many rows of worlds from each table. The worlds themselves went before, with what refers to them; the audit log
-- and the certificates stay.
CREATE FUNCTION erase_world_rows(erased uuid[], max_rows int) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t text;
  found_rows bigint;
  counts jsonb := '{}';
BEGIN
  FOR t IN SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'world_id' AND table_name NOT IN ('worlds', 'erasures', 'active_worlds', 'fork_parts')
      AND table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')
    ORDER BY table_name LOOP
    EXECUTE format('DELETE FROM %1$I WHERE world_id = ANY ($1) AND ctid = ANY (ARRAY(
      SELECT ctid FROM %1$I WHERE world_id = ANY ($1) LIMIT $2))', t) USING erased, max_rows;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF found_rows > 0 THEN
      counts := counts || jsonb_build_object(t, found_rows);
    END IF;
  END LOOP;
  RETURN counts;
END $$;

-- Ends worlds: nobody finds them from then on, and who holds one loses it. Tables that refer to them follow; large ones are
-- left to erase_world_rows, which has deleted what it could before.
CREATE FUNCTION erase_worlds(tenant text, erased uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found_rows bigint;
BEGIN
  DELETE FROM requests WHERE tenant_id = tenant;
  DELETE FROM tenant_keys WHERE tenant_id = tenant;
  DELETE FROM worlds WHERE world_id = ANY (erased) AND tenant_id = tenant;
  GET DIAGNOSTICS found_rows = ROW_COUNT;
  RETURN found_rows;
END $$;

REVOKE ALL ON FUNCTION erase_entity_rows, erase_entity_events, erase_chronicle_event, erase_world_rows, erase_worlds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_entity_rows, erase_entity_events, erase_chronicle_event, erase_world_rows, erase_worlds
  TO orrery_background;

-- Down Migration

DROP FUNCTION erase_entity_rows, erase_entity_events, erase_chronicle_event, erase_world_rows, erase_worlds;

REVOKE SELECT, DELETE ON requests FROM orrery_background;
REVOKE SELECT ON relay_cursors, tick_log, leases FROM orrery_background;
REVOKE DELETE ON world_events FROM orrery_background;
REVOKE DELETE ON scene_snapshots FROM orrery_background;
REVOKE SELECT, INSERT, DELETE ON entity_history, component_history, relationship_history FROM orrery_background;
REVOKE INSERT, DELETE ON chronicle_event_history FROM orrery_background;
DROP TABLE entity_pseudonyms, erasures, retention_hours, retention_garbage, retention_batches, retention_state;
