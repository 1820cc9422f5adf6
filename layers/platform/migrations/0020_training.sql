-- Up Migration

-- An epoch is pinned: it names the scene snapshots that it was made of, each with the world in whose log it lies (of a fork:
-- one of its ancestors, too) and its seq, so that what is trained on it is the same whatever is written or cut later.
ALTER TABLE epochs
  ADD COLUMN request_id text COLLATE "C" NOT NULL,
  -- one request to consolidate makes several
  ADD COLUMN request_part integer NOT NULL DEFAULT 0,
  ADD COLUMN filters jsonb NOT NULL,
  -- the settings that it was made with: cell size, weight of sacred entities, shares of the splits
  ADD COLUMN training jsonb NOT NULL,
  ADD COLUMN snapshot_ids uuid[] NOT NULL,
  ADD COLUMN snapshot_worlds uuid[] NOT NULL,
  ADD COLUMN snapshot_seqs bigint[] NOT NULL,
  ADD COLUMN snapshot_times timestamptz[] NOT NULL,
  ADD COLUMN sample_count bigint NOT NULL,
  ADD COLUMN quality_score double precision NOT NULL,
  ADD COLUMN stats jsonb NOT NULL,
  ADD COLUMN consolidated_into uuid REFERENCES epochs,
  ADD CHECK (start_time <= end_time),
  ADD CHECK (cardinality(snapshot_ids) = cardinality(snapshot_seqs) AND cardinality(snapshot_ids) = cardinality(snapshot_worlds)
    AND cardinality(snapshot_ids) = cardinality(snapshot_times)),
  ADD UNIQUE (world_id, request_id, request_part);
DROP INDEX epochs_world;
CREATE INDEX epochs_newest ON epochs (world_id, start_time DESC, epoch_id DESC);
GRANT INSERT, UPDATE (consolidated_into) ON epochs TO orrery_app;

-- Samples of an epoch as files in the object store. What one holds follows from its digest alone, so the same request is the
-- same dataset. One that follows its world gets the snapshots that are cut after the epoch's, too.
CREATE TABLE training_datasets (
  dataset_id uuid PRIMARY KEY,
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  tenant_id text NOT NULL,
  epoch_id uuid NOT NULL REFERENCES epochs ON DELETE CASCADE,
  -- sha256 of all that decides its bytes, in hexadecimal
  digest text COLLATE "C" NOT NULL,
  request_id text COLLATE "C" NOT NULL,
  requested_by text NOT NULL,
  follows boolean NOT NULL,
  format text NOT NULL CHECK (format IN ('ndjson', 'parquet')),
  selection jsonb NOT NULL,
  filters jsonb NOT NULL,
  snapshot_ids uuid[] NOT NULL,
  snapshot_worlds uuid[] NOT NULL,
  snapshot_seqs bigint[] NOT NULL,
  snapshot_times timestamptz[] NOT NULL,
  -- of one that follows its world: up to which seq snapshots have been looked at
  followed_seq bigint NOT NULL,
  status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'running', 'done', 'failed')),
  -- of a failure: code and detail
  problem jsonb,
  attempts integer NOT NULL DEFAULT 0,
  held_until timestamptz NOT NULL DEFAULT '-infinity',
  created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  finished_at timestamptz,
  UNIQUE (world_id, digest)
);
CREATE INDEX training_datasets_newest ON training_datasets (world_id, created_at DESC, dataset_id DESC);
CREATE INDEX training_datasets_epoch ON training_datasets (epoch_id);
CREATE INDEX training_datasets_open ON training_datasets (created_at) WHERE status IN ('waiting', 'running');

-- What has been put into the object store, and where the next part begins.
CREATE TABLE training_dataset_parts (
  dataset_id uuid NOT NULL REFERENCES training_datasets ON DELETE CASCADE,
  part integer NOT NULL,
  tenant_id text NOT NULL,
  -- index into the dataset's snapshots
  snapshot integer NOT NULL,
  -- the last entity of the part; null: it ends its snapshot
  last_entity text COLLATE "C",
  key text NOT NULL,
  rows integer NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  counts jsonb NOT NULL,
  PRIMARY KEY (dataset_id, part)
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['training_datasets', 'training_dataset_parts'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY app ON %I TO orrery_app USING (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))
         WITH CHECK (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))', t);
    EXECUTE format('CREATE POLICY migrate ON %I TO orrery_migrate USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY background ON %I TO orrery_background USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON training_datasets TO orrery_app;
GRANT SELECT ON training_dataset_parts TO orrery_app;
GRANT SELECT, UPDATE ON training_datasets TO orrery_background;
GRANT SELECT, INSERT, DELETE ON training_dataset_parts TO orrery_background;
-- the samples of a snapshot are read from history
GRANT SELECT ON entity_history, component_history, relationship_history TO orrery_background;

-- Whether a dataset follows the world: then whoever cuts one of its scene snapshots rings.
ALTER TABLE worlds ADD COLUMN followed boolean NOT NULL DEFAULT false;

-- Down Migration

ALTER TABLE worlds DROP COLUMN followed;
REVOKE SELECT ON entity_history, component_history, relationship_history FROM orrery_background;
DROP TABLE training_dataset_parts, training_datasets;
REVOKE INSERT, UPDATE (consolidated_into) ON epochs FROM orrery_app;
DROP INDEX epochs_newest;
ALTER TABLE epochs
  DROP COLUMN request_id, DROP COLUMN request_part, DROP COLUMN filters, DROP COLUMN training, DROP COLUMN snapshot_ids,
  DROP COLUMN snapshot_worlds, DROP COLUMN snapshot_seqs, DROP COLUMN snapshot_times, DROP COLUMN sample_count,
  DROP COLUMN quality_score, DROP COLUMN stats, DROP COLUMN consolidated_into,
  DROP CONSTRAINT epochs_check;
CREATE INDEX epochs_world ON epochs (world_id);
