-- Up Migration

-- Worlds, their current state, their history and their log.
-- Every table of a tenant carries tenant_id under forced row-level security; see 0003_row_security.sql.
-- The large tables have no foreign key to worlds: the check runs once a row, and each write holds the
-- lock of its worlds row anyway.

CREATE TABLE worlds (
  world_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  name text NOT NULL,
  seq bigint NOT NULL DEFAULT 0,
  settings jsonb NOT NULL DEFAULT '{}',
  entity_count bigint NOT NULL DEFAULT 0,
  relationship_count bigint NOT NULL DEFAULT 0,
  updates_since_snapshot integer NOT NULL DEFAULT 0,
  -- seq of the first event that changed or removed a body after its first row was written:
  -- a hydration without a checkpoint replays the log from here, and not at all where it is null
  first_body_change_seq bigint,
  last_occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (tenant_id, name)
) WITH (fillfactor = 50);

CREATE TABLE entities (
  world_id uuid NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  name text NOT NULL,
  class_type text NOT NULL,
  archetype text NOT NULL,
  tags text[] NOT NULL,
  flux_position smallint NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  z double precision NOT NULL,
  from_seq bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (world_id, entity_id)
);
CREATE INDEX entities_class_type ON entities (world_id, class_type, entity_id);
CREATE INDEX entities_flux_position ON entities (world_id, flux_position, entity_id);
CREATE INDEX entities_x ON entities (world_id, x);
CREATE INDEX entities_tags ON entities USING gin (tags);

CREATE TABLE entity_history (
  world_id uuid NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  tenant_id text NOT NULL,
  name text NOT NULL,
  class_type text NOT NULL,
  archetype text NOT NULL,
  tags text[] NOT NULL,
  flux_position smallint NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  z double precision NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (world_id, entity_id, from_seq),
  CHECK (from_seq < to_seq)
);
CREATE INDEX entity_history_to_seq ON entity_history (world_id, to_seq);

CREATE TABLE components (
  world_id uuid NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  component_type text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  data jsonb NOT NULL,
  from_seq bigint NOT NULL,
  PRIMARY KEY (world_id, entity_id, component_type)
);
CREATE INDEX components_data ON components USING gin (data jsonb_path_ops);

CREATE TABLE component_history (
  world_id uuid NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  component_type text COLLATE "C" NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  tenant_id text NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (world_id, entity_id, component_type, from_seq),
  CHECK (from_seq < to_seq)
);
CREATE INDEX component_history_to_seq ON component_history (world_id, to_seq);

CREATE TABLE relationships (
  world_id uuid NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  target_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  strength double precision NOT NULL,
  label text,
  data jsonb NOT NULL,
  from_seq bigint NOT NULL,
  PRIMARY KEY (world_id, source_id, target_id, type)
);
CREATE INDEX relationships_target ON relationships (world_id, target_id, type);
-- the forest, held by the database too: an entity has at most one parent
CREATE UNIQUE INDEX relationships_one_parent ON relationships (world_id, target_id) WHERE type = 'hierarchy';

CREATE TABLE relationship_history (
  world_id uuid NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  target_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  tenant_id text NOT NULL,
  strength double precision NOT NULL,
  label text,
  data jsonb NOT NULL,
  PRIMARY KEY (world_id, source_id, target_id, type, from_seq),
  CHECK (from_seq < to_seq)
);
CREATE INDEX relationship_history_to_seq ON relationship_history (world_id, to_seq);
CREATE INDEX relationship_history_target ON relationship_history (world_id, target_id, type);

-- the log, and the outbox
CREATE TABLE world_events (
  world_id uuid NOT NULL,
  seq bigint NOT NULL,
  event_id uuid NOT NULL,
  tenant_id text NOT NULL,
  type text NOT NULL,
  entity_id text COLLATE "C",
  data jsonb NOT NULL,
  cause jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  PRIMARY KEY (world_id, seq)
);

-- what became of each write request; the world is named, since a refused first write makes none
CREATE TABLE requests (
  tenant_id text NOT NULL,
  world text NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  outcome jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, world, request_id)
);

CREATE TABLE scene_snapshots (
  snapshot_id uuid PRIMARY KEY,
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  tenant_id text NOT NULL,
  seq bigint NOT NULL,
  created_at timestamptz NOT NULL,
  cause jsonb NOT NULL,
  -- null until the first read computes it
  metadata jsonb
);
CREATE INDEX scene_snapshots_newest ON scene_snapshots (world_id, created_at DESC, snapshot_id DESC);
CREATE INDEX scene_snapshots_metadata ON scene_snapshots USING gin (metadata jsonb_path_ops);

CREATE TABLE epochs (
  epoch_id uuid PRIMARY KEY,
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  tenant_id text NOT NULL,
  start_time timestamptz NOT NULL,
  end_time timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX epochs_world ON epochs (world_id);

-- Down Migration

DROP TABLE epochs, scene_snapshots, requests, world_events, relationship_history, relationships,
  component_history, components, entity_history, entities, worlds;
