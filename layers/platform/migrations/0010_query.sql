-- Up Migration

-- What the query language (layers/world/query) searches with.

-- Names may be longer than what a B-tree takes. An expression on the column would not do: left() is not leakproof, and
-- under row security a condition on it would not reach an index.
ALTER TABLE entities ADD COLUMN name_key text COLLATE "C" GENERATED ALWAYS AS (left(name, 200)) STORED;
CREATE INDEX entities_name_key ON entities (world_id, name_key, entity_id);

-- most entities have no body
CREATE INDEX entities_activity ON entities (world_id, activity, entity_id) WHERE activity > 0;

-- Case is folded as Unicode has it, whatever the database's locale.
CREATE INDEX entities_name_trigrams ON entities USING gin (lower(name COLLATE pg_c_utf8) gin_trgm_ops);

-- As entities_tagged in 0003: neither LIKE nor @> is leakproof.
CREATE POLICY search ON components TO orrery_search USING (true);
GRANT SELECT ON components TO orrery_search;

-- entities whose name contains the part, whatever its case
CREATE FUNCTION entities_named(world uuid, part text) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
  SELECT entity_id FROM entities
  WHERE lower(name COLLATE pg_c_utf8)
      LIKE '%' || regexp_replace(lower(part COLLATE pg_c_utf8), '([\\%_])', '\\\1', 'g') || '%'
    AND world_id = world AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
$$;

-- entities with a component of that type that contains the one or the other
CREATE FUNCTION components_containing(world uuid, type text, wanted jsonb, otherwise jsonb) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
  SELECT entity_id FROM components
  WHERE (data @> wanted OR data @> otherwise) AND component_type = type
    AND world_id = world AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
$$;

REVOKE ALL ON FUNCTION entities_named, components_containing FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entities_named, components_containing TO orrery_app;
GRANT CREATE ON SCHEMA public TO orrery_search;
ALTER FUNCTION entities_named OWNER TO orrery_search;
ALTER FUNCTION components_containing OWNER TO orrery_search;
REVOKE CREATE ON SCHEMA public FROM orrery_search;

-- Down Migration

DROP FUNCTION entities_named, components_containing;
REVOKE SELECT ON components FROM orrery_search;
DROP POLICY search ON components;
DROP INDEX entities_name_trigrams, entities_activity, entities_name_key;
ALTER TABLE entities DROP COLUMN name_key;
