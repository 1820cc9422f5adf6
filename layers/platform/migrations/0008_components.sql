-- Up Migration

-- Component types that users register, and what a search over components needs.

-- one number and one text of a component that its type names as hot: native columns keep their index under row
-- security, which operators on jsonb do not
ALTER TABLE components
  ADD COLUMN hot_number double precision,
  ADD COLUMN hot_text text COLLATE "C";
CREATE INDEX components_hot_number ON components (world_id, component_type, hot_number, entity_id);
CREATE INDEX components_hot_text ON components (world_id, component_type, hot_text, entity_id)
  WHERE hot_text IS NOT NULL;

CREATE TABLE component_types (
  world_id uuid NOT NULL,
  type text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  version integer NOT NULL,
  -- see layers/world/component-types/definition.ts
  definition jsonb NOT NULL,
  from_seq bigint NOT NULL,
  PRIMARY KEY (world_id, type)
);

CREATE TABLE component_type_history (
  world_id uuid NOT NULL,
  type text COLLATE "C" NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  tenant_id text NOT NULL,
  version integer NOT NULL,
  definition jsonb NOT NULL,
  PRIMARY KEY (world_id, type, from_seq),
  CHECK (from_seq < to_seq)
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['component_types', 'component_type_history'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY app ON %I TO orrery_app USING (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))
         WITH CHECK (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))', t);
    EXECUTE format('CREATE POLICY migrate ON %I TO orrery_migrate USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY background ON %I TO orrery_background USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON component_types TO orrery_app;
GRANT SELECT, INSERT ON component_type_history TO orrery_app;
GRANT SELECT ON component_types TO orrery_background;

-- Down Migration

DROP TABLE component_type_history, component_types;
DROP INDEX components_hot_number, components_hot_text;
ALTER TABLE components DROP COLUMN hot_number, DROP COLUMN hot_text;
