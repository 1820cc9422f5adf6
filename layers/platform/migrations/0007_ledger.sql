-- Up Migration

-- The ledger: ticks, commits, gamma. See docs/ledger.md.

-- one row a world: how far its producer of ticks has come. Its row is the stream's lock: segments, cuts and the
-- producer's own bookkeeping wait for it.
CREATE TABLE tick_streams (
  world_id uuid PRIMARY KEY REFERENCES worlds ON DELETE CASCADE,
  tenant_id text NOT NULL,
  -- the layer that takes the ticks, from the first one on
  layer text NOT NULL,
  -- the last segment; they are numbered without gaps
  segment bigint NOT NULL DEFAULT 0,
  -- every tick up to this one is in a segment, or comes late and is a correction
  watermark bigint NOT NULL DEFAULT 0,
  -- which entities had a tick up to this one is forgotten: others come too late to be a correction
  pruned_to bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- the index of the ticks: each segment is an object that was stored before its row
CREATE TABLE tick_segments (
  world_id uuid NOT NULL,
  segment bigint NOT NULL,
  tenant_id text NOT NULL,
  from_tick bigint NOT NULL,
  to_tick bigint NOT NULL,
  watermark bigint NOT NULL,
  key text NOT NULL,
  bytes bigint NOT NULL,
  ticks bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (world_id, segment)
);

-- what shards have yet to take: of the first layer, parts of segments; of each other one, manifests of the layer below
CREATE TABLE ledger_inputs (
  world_id uuid NOT NULL,
  layer text NOT NULL,
  shard text COLLATE "C" NOT NULL,
  -- segment, or manifest of the layer below
  input bigint NOT NULL,
  tenant_id text NOT NULL,
  from_tick bigint NOT NULL,
  to_tick bigint NOT NULL,
  -- of the source, before this input: spans that it ends are committed without this input
  watermark_before bigint NOT NULL,
  -- where the shard's part lies in the segment's object; null for a manifest
  key text,
  start_byte bigint,
  byte_length bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (world_id, layer, shard, input)
);
CREATE INDEX ledger_inputs_input ON ledger_inputs (world_id, layer, input);

-- from this tick on other settings hold, or the same anew: spans end before it
CREATE TABLE ledger_cuts (
  world_id uuid NOT NULL,
  from_tick bigint NOT NULL,
  -- segments up to this one were there before: what is in them is taken as if there were no such cut
  after_segment bigint NOT NULL DEFAULT 0,
  tenant_id text NOT NULL,
  settings jsonb NOT NULL,
  cause jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (world_id, from_tick)
);

CREATE TABLE ledger_layers (
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  layer text NOT NULL,
  tenant_id text NOT NULL,
  -- the layer whose commits it takes, from its beginning on; null: it takes ticks
  source text,
  -- every window up to this tick has all its commits
  closed_to bigint NOT NULL DEFAULT 0,
  -- the last manifest
  manifest bigint NOT NULL DEFAULT 0,
  hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
  -- manifests of its source that have been handed to this layer's shards
  taken_manifest bigint NOT NULL DEFAULT 0,
  -- of its source: all windows up to this tick have been handed to its shards
  fed_to bigint NOT NULL DEFAULT 0,
  paused boolean NOT NULL DEFAULT false,
  PRIMARY KEY (world_id, layer)
) WITH (fillfactor = 50);

CREATE TABLE ledger_shards (
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  layer text NOT NULL,
  shard text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  -- the state after the last commit: its place in the chain, and what it leaves of the input
  number bigint NOT NULL DEFAULT 0,
  hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
  committed_to bigint NOT NULL DEFAULT 0,
  -- the first input that is not used up
  from_input bigint NOT NULL DEFAULT 1,
  -- inputs up to this one were looked at: what they have up to committed_to is committed
  seen_input bigint NOT NULL DEFAULT 0,
  -- object with the accumulator of the open span, and the last input that it holds; null: begin with from_input
  spill_key text,
  spill_input bigint,
  -- who works on it: the token is one higher for each, and a commit needs the latest one
  holder text,
  token bigint NOT NULL DEFAULT 0,
  held_until timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (world_id, layer, shard)
) WITH (fillfactor = 50);

-- all commits of a layer's window, by the heads of their chains
CREATE TABLE manifests (
  world_id uuid NOT NULL,
  layer text NOT NULL,
  manifest bigint NOT NULL,
  tenant_id text NOT NULL,
  epoch_start bigint NOT NULL,
  epoch_end bigint NOT NULL,
  commits integer NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (world_id, layer, manifest)
);
CREATE INDEX manifests_epoch ON manifests (world_id, layer, epoch_end);

CREATE TABLE ledger_archives (
  archive_id uuid PRIMARY KEY,
  world_id uuid NOT NULL,
  tenant_id text NOT NULL,
  layer text NOT NULL,
  shard text COLLATE "C" NOT NULL,
  from_number bigint NOT NULL,
  to_number bigint NOT NULL,
  epoch_start bigint NOT NULL,
  epoch_end bigint NOT NULL,
  key text NOT NULL,
  bytes bigint NOT NULL,
  sha256 bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_archives_chain ON ledger_archives (world_id, layer, shard, from_number);

-- the head of each commit stays for ever; its entries may be in the archive
CREATE TABLE commits (
  commit_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  commit_id uuid NOT NULL,
  world_id uuid NOT NULL,
  tenant_id text NOT NULL,
  layer text NOT NULL,
  shard text COLLATE "C" NOT NULL,
  number bigint NOT NULL,
  epoch_start bigint NOT NULL,
  epoch_end bigint NOT NULL,
  window_end bigint NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  from_input bigint NOT NULL,
  seen_input bigint NOT NULL,
  entries integer NOT NULL,
  -- all contributions, and the sum of their activity: what the archive policy asks for
  contributions numeric NOT NULL,
  activity_sum numeric NOT NULL,
  cause jsonb NOT NULL DEFAULT '{}',
  committed_at timestamptz NOT NULL,
  -- SHA-256 over what the hash leaves out (layers/ledger/postgres/seal.ts), so that no column changes unseen
  seal bytea NOT NULL,
  -- where the entries are; null: in commit_entries
  archive_id uuid,
  UNIQUE (world_id, commit_id),
  UNIQUE (world_id, layer, shard, number)
);
CREATE INDEX commits_window ON commits (world_id, layer, window_end);
CREATE INDEX commits_epoch ON commits (world_id, layer, epoch_end);
CREATE INDEX commits_hot ON commits (world_id, layer, epoch_end) WHERE archive_id IS NULL;
CREATE INDEX commits_archive ON commits (archive_id) WHERE archive_id IS NOT NULL;

CREATE TABLE commit_entries (
  commit_key bigint NOT NULL,
  -- of the region, in Morton order (layers/ledger/place.ts)
  place bytea NOT NULL,
  correction boolean NOT NULL,
  tenant_id text NOT NULL,
  world_id uuid NOT NULL,
  layer text NOT NULL,
  region text COLLATE "C" NOT NULL,
  count numeric NOT NULL,
  -- exact, in quanta of 2^-20
  weight_sum numeric NOT NULL,
  activity_sum numeric NOT NULL,
  activity_squares numeric NOT NULL,
  -- the same for people, in units
  weight double precision NOT NULL,
  activity_mean double precision NOT NULL,
  activity_var double precision NOT NULL,
  entity_refs text[] NOT NULL,
  late_from bigint NOT NULL,
  late_to bigint NOT NULL,
  PRIMARY KEY (commit_key, place, correction)
);
CREATE INDEX commit_entries_place ON commit_entries (world_id, layer, place, commit_key);

-- the projection: what all committed entries of a cell come to
CREATE TABLE gamma_cells (
  world_id uuid NOT NULL,
  layer text NOT NULL,
  place bytea NOT NULL,
  -- of the cell's side: where a layer's cell was changed, cells of two sizes may have one corner
  exponent smallint NOT NULL,
  tenant_id text NOT NULL,
  region text COLLATE "C" NOT NULL,
  epoch_start bigint NOT NULL,
  epoch_end bigint NOT NULL,
  latest_weight_sum numeric NOT NULL,
  count numeric NOT NULL,
  weight_sum numeric NOT NULL,
  activity_sum numeric NOT NULL,
  activity_squares numeric NOT NULL,
  commit_id uuid NOT NULL,
  PRIMARY KEY (world_id, layer, place, exponent)
) WITH (fillfactor = 70);

-- ticks that clients posted, so that each counts once. They go with their segments: no tick up to pruned_to is taken
CREATE TABLE entity_ticks (
  world_id uuid NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  tick bigint NOT NULL,
  tenant_id text NOT NULL,
  segment bigint NOT NULL,
  -- a history of it, made of these rows, is the same in whatever order they came
  activity double precision NOT NULL,
  PRIMARY KEY (world_id, entity_id, tick)
);
CREATE INDEX entity_ticks_segment ON entity_ticks (world_id, segment);

-- each entity at its highest tick of those that clients posted
CREATE TABLE entity_state (
  world_id uuid NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  tick bigint NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  z double precision NOT NULL,
  activity double precision NOT NULL,
  jitter double precision NOT NULL,
  meta jsonb NOT NULL,
  -- as its producer says; null: it did not
  ticked_at timestamptz,
  PRIMARY KEY (world_id, entity_id)
) WITH (fillfactor = 70);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'tick_streams', 'tick_segments', 'ledger_inputs', 'ledger_cuts', 'ledger_layers', 'ledger_shards', 'manifests',
    'ledger_archives', 'commits', 'commit_entries', 'gamma_cells', 'entity_ticks', 'entity_state'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY app ON %I TO orrery_app USING (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))
         WITH CHECK (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))', t);
    EXECUTE format('CREATE POLICY migrate ON %I TO orrery_migrate USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY background ON %I TO orrery_background USING (true) WITH CHECK (true)', t);
  END LOOP;

  FOREACH t IN ARRAY ARRAY[
    'tick_streams', 'tick_segments', 'ledger_inputs', 'ledger_cuts', 'ledger_layers', 'ledger_shards', 'commits',
    'commit_entries', 'gamma_cells'
  ] LOOP
    EXECUTE format('CREATE POLICY physics ON %I TO orrery_physics USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

-- the producers: the physics, and the API for external services
GRANT SELECT, INSERT, UPDATE ON tick_streams TO orrery_physics, orrery_app;
GRANT SELECT, INSERT ON tick_segments, ledger_inputs, ledger_layers, ledger_shards TO orrery_physics, orrery_app;
GRANT SELECT, INSERT, UPDATE ON ledger_cuts TO orrery_physics, orrery_app;
GRANT SELECT, INSERT, UPDATE ON entity_state TO orrery_app;
GRANT SELECT, INSERT ON entity_ticks TO orrery_app;
GRANT UPDATE (paused) ON ledger_layers TO orrery_app;

GRANT SELECT ON manifests, ledger_archives, commits, commit_entries, gamma_cells TO orrery_app;
GRANT SELECT ON commits, commit_entries, gamma_cells TO orrery_physics;

-- the engine and the archivist. Commits are append-only but for where their entries are
GRANT SELECT, INSERT, UPDATE ON tick_streams, ledger_layers, ledger_shards, gamma_cells TO orrery_background;
GRANT SELECT, INSERT, DELETE ON tick_segments, ledger_inputs, commit_entries, entity_ticks TO orrery_background;
GRANT SELECT, INSERT ON manifests, ledger_archives, commits, world_events, audit_log TO orrery_background;
GRANT SELECT, INSERT, UPDATE ON ledger_cuts TO orrery_background;
GRANT SELECT ON entity_state TO orrery_background;
GRANT UPDATE (archive_id) ON commits TO orrery_background;
GRANT UPDATE (seq, last_occurred_at) ON worlds TO orrery_background;

-- The API of administrators: work that is too long for a request

CREATE TABLE ledger_jobs (
  job_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('archive', 'restore', 'replay')),
  params jsonb NOT NULL,
  status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done', 'failed')),
  -- what came of it, or of a failure its code and detail
  result jsonb,
  -- sent twice it is one job
  request_id text NOT NULL,
  -- the user, hashed
  requested_by text NOT NULL,
  -- whole milliseconds: a cursor holds it
  created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  finished_at timestamptz,
  -- who runs it stretches this; after it somebody else begins anew
  held_until timestamptz NOT NULL DEFAULT '-infinity',
  attempts integer NOT NULL DEFAULT 0,
  UNIQUE (world_id, request_id)
) WITH (fillfactor = 70);
CREATE INDEX ledger_jobs_newest ON ledger_jobs (world_id, created_at DESC, job_id DESC);
CREATE INDEX ledger_jobs_open ON ledger_jobs (created_at) WHERE status IN ('waiting', 'running');

ALTER TABLE ledger_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON ledger_jobs TO orrery_app
  USING (tenant_id = nullif(current_setting('orrery.tenant', true), ''))
  WITH CHECK (tenant_id = nullif(current_setting('orrery.tenant', true), ''));
CREATE POLICY migrate ON ledger_jobs TO orrery_migrate USING (true) WITH CHECK (true);
CREATE POLICY background ON ledger_jobs TO orrery_background USING (true) WITH CHECK (true);

GRANT SELECT, INSERT ON ledger_jobs TO orrery_app;
GRANT SELECT, INSERT, UPDATE ON ledger_jobs TO orrery_background;

-- bodies act on gamma, and windows act on bodies (layers/ledger/run-plugins.ts)
CREATE POLICY physics ON ledger_archives TO orrery_physics USING (true) WITH CHECK (true);
GRANT SELECT ON ledger_archives TO orrery_physics;
GRANT SELECT ON entity_physics_state TO orrery_background;
ALTER TABLE ledger_layers
  -- what follows from the windows up to this manifest has been written
  ADD COLUMN plugin_manifest bigint NOT NULL DEFAULT 0,
  -- object with what follows from the next one, once that is settled
  ADD COLUMN plugin_plan text;

-- Commands to entities

-- the last event that lets an activity go down to 0 over some ticks: active_bodies does not count the body any more
ALTER TABLE worlds ADD COLUMN ramp_seq bigint;
-- all ramps of events up to this one have come to their end, as the holder knows
ALTER TABLE leases ADD COLUMN ramped_seq bigint NOT NULL DEFAULT 0;
CREATE INDEX worlds_ramps ON worlds (world_id) WHERE ramp_seq IS NOT NULL;

CREATE OR REPLACE VIEW active_worlds WITH (security_invoker = true) AS
  SELECT world_id, tenant_id, active_bodies FROM worlds
  WHERE (active_bodies > 0 AND NOT coalesce((settings #>> '{physics,paused}')::boolean, false))
    OR (ramp_seq IS NOT NULL AND NOT coalesce((settings #>> '{physics,paused}')::boolean, false)
      AND ramp_seq > coalesce((SELECT ramped_seq FROM leases l WHERE l.world_id = worlds.world_id), 0))
    OR physics_wanted_until > now();

-- Forks (layers/world/fork).
ALTER TABLE worlds
  -- What a fork was made of, and the last seq that stands there instead of here: its own log begins after it. No
  -- foreign key: its check would keep the parent's writers waiting until the fork is through.
  ADD COLUMN parent_world_id uuid,
  ADD COLUMN fork_seq bigint NOT NULL DEFAULT 0,
  -- the last tick of the parent's simulation that is in the fork's past; null: none that can be rebuilt
  ADD COLUMN fork_tick bigint,
  -- no tick of the ledger up to this one is the fork's own
  ADD COLUMN fork_epoch bigint NOT NULL DEFAULT 0;
CREATE INDEX worlds_parent ON worlds (parent_world_id) WHERE parent_world_id IS NOT NULL;

-- as of `entities`; null in rows that were superseded before these columns came
ALTER TABLE entity_history ADD COLUMN activity double precision, ADD COLUMN position_seq bigint;

-- What forks need of a world: its history up to these seqs, checkpoints and tick_log up to these ticks, commits up to
-- these epochs. Whatever forgets some of that asks this first, and takes the lock of forks meanwhile
-- (services/physics/prune-ticks.ts).
CREATE FUNCTION world_pins(world uuid)
RETURNS TABLE (fork_world_id uuid, up_to_seq bigint, up_to_tick bigint, up_to_epoch bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT world_id, fork_seq, fork_tick, fork_epoch FROM worlds WHERE parent_world_id = world
$$;
REVOKE ALL ON FUNCTION world_pins FROM PUBLIC;
GRANT EXECUTE ON FUNCTION world_pins TO orrery_app, orrery_physics, orrery_background;

-- a world and those that it was forked of
CREATE FUNCTION world_lineage(world uuid) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH RECURSIVE up AS (
    SELECT world AS world_id
    UNION ALL
    SELECT w.parent_world_id FROM up JOIN worlds w USING (world_id) WHERE w.parent_world_id IS NOT NULL
  )
  SELECT array_agg(world_id) FROM up
$$;
REVOKE ALL ON FUNCTION world_lineage FROM PUBLIC;
GRANT EXECUTE ON FUNCTION world_lineage TO orrery_app, orrery_physics, orrery_background;

-- which parts of its ancestors' chains the chains of a fork go on from
CREATE TABLE inherited_chains (
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  layer text NOT NULL,
  -- of a chain of commits; '' is that of the manifests
  shard text COLLATE "C" NOT NULL,
  of_world_id uuid NOT NULL,
  from_number bigint NOT NULL,
  to_number bigint NOT NULL,
  tenant_id text NOT NULL,
  PRIMARY KEY (world_id, layer, shard, from_number)
);
ALTER TABLE inherited_chains ENABLE ROW LEVEL SECURITY;
ALTER TABLE inherited_chains FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON inherited_chains TO orrery_app
  USING (tenant_id = nullif(current_setting('orrery.tenant', true), ''))
  WITH CHECK (tenant_id = nullif(current_setting('orrery.tenant', true), ''));
CREATE POLICY migrate ON inherited_chains TO orrery_migrate USING (true) WITH CHECK (true);
CREATE POLICY background ON inherited_chains TO orrery_background USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON inherited_chains TO orrery_app;
GRANT SELECT ON inherited_chains TO orrery_background;

-- few among millions, and asked for by all who look back
CREATE INDEX world_events_settings ON world_events (world_id, seq) WHERE type = 'world.settings_changed.v1';

-- as the searches of 0003: the operator ->> may not use its index under row security
CREATE INDEX world_events_commit ON world_events (world_id, (data ->> 'commitId')) WHERE type = 'commit.entries.v1';
CREATE POLICY search ON world_events TO orrery_search USING (true);
GRANT SELECT ON world_events TO orrery_search;
CREATE FUNCTION commit_event_seq(world uuid, commit text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT seq FROM world_events
  WHERE type = 'commit.entries.v1' AND world_id = world AND data ->> 'commitId' = commit
    AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
$$;
REVOKE ALL ON FUNCTION commit_event_seq FROM PUBLIC;
GRANT EXECUTE ON FUNCTION commit_event_seq TO orrery_app;
GRANT CREATE ON SCHEMA public TO orrery_search;
ALTER FUNCTION commit_event_seq OWNER TO orrery_search;
REVOKE CREATE ON SCHEMA public FROM orrery_search;

GRANT INSERT ON gamma_cells TO orrery_app;

-- Down Migration

DROP TABLE inherited_chains;
DROP FUNCTION commit_event_seq, world_pins, world_lineage;
DROP INDEX world_events_commit, world_events_settings;
DROP POLICY search ON world_events;
REVOKE SELECT ON world_events FROM orrery_search;
ALTER TABLE entity_history DROP COLUMN activity, DROP COLUMN position_seq;
ALTER TABLE worlds DROP COLUMN parent_world_id, DROP COLUMN fork_seq, DROP COLUMN fork_tick, DROP COLUMN fork_epoch;
DROP TABLE ledger_jobs;
CREATE OR REPLACE VIEW active_worlds WITH (security_invoker = true) AS
  SELECT world_id, tenant_id, active_bodies FROM worlds
  WHERE (active_bodies > 0 AND NOT coalesce((settings #>> '{physics,paused}')::boolean, false))
    OR physics_wanted_until > now();
DROP INDEX worlds_ramps;
ALTER TABLE leases DROP COLUMN ramped_seq;
ALTER TABLE worlds DROP COLUMN ramp_seq;

DROP TABLE entity_state, entity_ticks, gamma_cells, commit_entries, commits, ledger_archives, manifests,
  ledger_shards, ledger_layers, ledger_cuts, ledger_inputs, tick_segments, tick_streams;
REVOKE INSERT ON world_events, audit_log FROM orrery_background;
REVOKE UPDATE (seq, last_occurred_at) ON worlds FROM orrery_background;
REVOKE SELECT ON entity_physics_state FROM orrery_background;
