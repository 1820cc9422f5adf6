-- Up Migration

-- Data keys of tenants, for the components of sensitive types: wrapped by a key that is kept elsewhere (AWS KMS, or a
-- local key file). Old ones stay: what they sealed is in the log and the history for ever.

CREATE TABLE tenant_keys (
  tenant_id text NOT NULL,
  key_id uuid NOT NULL,
  wrapped bytea NOT NULL,
  -- it seals; the others open only
  active boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, key_id)
);
-- of those who make one at once, one wins
CREATE UNIQUE INDEX tenant_keys_active ON tenant_keys (tenant_id) WHERE active;

ALTER TABLE tenant_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON tenant_keys TO orrery_app
  USING (tenant_id = nullif(current_setting('orrery.tenant', true), ''))
  WITH CHECK (tenant_id = nullif(current_setting('orrery.tenant', true), ''));
CREATE POLICY migrate ON tenant_keys TO orrery_migrate USING (true) WITH CHECK (true);

-- nobody else needs a key, not even wrapped
GRANT SELECT, INSERT, UPDATE (active) ON tenant_keys TO orrery_app;

-- Down Migration

DROP TABLE tenant_keys;
