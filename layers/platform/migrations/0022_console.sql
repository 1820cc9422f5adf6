-- Up Migration

-- Queries that somebody wants to ask again: of a world, for all who read it.
CREATE TABLE saved_queries (
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  -- as it was given, text or JSON form
  query jsonb NOT NULL,
  description text NOT NULL,
  -- the user who saved it last, hashed
  saved_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  PRIMARY KEY (world_id, name)
);
ALTER TABLE saved_queries ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_queries FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON saved_queries TO orrery_app
  USING (tenant_id = nullif(current_setting('orrery.tenant', true), ''))
  WITH CHECK (tenant_id = nullif(current_setting('orrery.tenant', true), ''));
CREATE POLICY migrate ON saved_queries TO orrery_migrate USING (true) WITH CHECK (true);
CREATE POLICY background ON saved_queries TO orrery_background USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_queries TO orrery_app;

-- An administrator discards dead letters; the audit log keeps which, and why.
GRANT DELETE ON dead_letters TO orrery_app;

-- Who sent a request, hashed: what explains a value says who changed it. null: before this column, or nobody is known.
ALTER TABLE requests ADD COLUMN subject text;

-- Whether a ledger holds is asked for as a job, too: it reads every commit.
ALTER TABLE ledger_jobs DROP CONSTRAINT ledger_jobs_kind_check;
ALTER TABLE ledger_jobs ADD CONSTRAINT ledger_jobs_kind_check CHECK (kind IN ('archive', 'restore', 'replay', 'verify'));

-- Down Migration

DELETE FROM ledger_jobs WHERE kind = 'verify';
ALTER TABLE ledger_jobs DROP CONSTRAINT ledger_jobs_kind_check;
ALTER TABLE ledger_jobs ADD CONSTRAINT ledger_jobs_kind_check CHECK (kind IN ('archive', 'restore', 'replay'));
ALTER TABLE requests DROP COLUMN subject;
REVOKE DELETE ON dead_letters FROM orrery_app;
DROP TABLE saved_queries;
