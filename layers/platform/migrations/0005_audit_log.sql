-- Up Migration

-- Who did what as an administrator (scope world:admin). A row is written in the transaction of what it tells of,
-- or before that where it happens elsewhere; what was changed stands in the world's log under the request's id.

CREATE TABLE audit_log (
  audit_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  -- whole milliseconds: a cursor holds it
  at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  request_id text NOT NULL,
  -- the user, hashed
  subject text NOT NULL,
  -- operation id of the route
  action text NOT NULL,
  -- by name: a refused first request makes none
  world text NOT NULL,
  outcome jsonb NOT NULL
);
CREATE INDEX audit_log_newest ON audit_log (tenant_id, at DESC, audit_id DESC);

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON audit_log TO orrery_app
  USING (tenant_id = nullif(current_setting('orrery.tenant', true), ''))
  WITH CHECK (tenant_id = nullif(current_setting('orrery.tenant', true), ''));
CREATE POLICY migrate ON audit_log TO orrery_migrate USING (true) WITH CHECK (true);
CREATE POLICY background ON audit_log TO orrery_background USING (true) WITH CHECK (true);

GRANT SELECT, INSERT ON audit_log TO orrery_app;
GRANT SELECT ON audit_log TO orrery_background;

-- no grant lets anybody change a row, and this stops the owner too, who needs none
CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log();

-- temporary relations last: named nowhere, they would be looked at first
ALTER FUNCTION entities_tagged SET search_path = public, pg_temp;
ALTER FUNCTION snapshots_matching SET search_path = public, pg_temp;

-- Down Migration

ALTER FUNCTION entities_tagged SET search_path = public;
ALTER FUNCTION snapshots_matching SET search_path = public;

DROP TABLE audit_log;
DROP FUNCTION refuse_change_of_audit_log;
