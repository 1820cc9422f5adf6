-- Up Migration

-- What finds entities of a large world soon. Under row security an index can never answer alone, since tenant_id is in
-- none of them: each row is fetched for it, 5 µs where the table is larger than the memory. These functions look at the
-- index only, some 0.3 µs an entity. A world is of one tenant, so its own row says whose all of this is; and whatever an
-- id is found for is read from its own row, under row security, before it is answered. Counts are answered as they are.
--
-- Bodies are parsed here and now, so that no setting of a session says what their names mean: a SET clause would be
-- carried out for each row.

-- One index for another: few entities have a signature of their own, so it holds each with a list of rows, 7 MB for 1,000,000. That
-- of flux positions was 48, with the id in it, which only put nine lists in an order that a page does not need.
CREATE INDEX entities_signature ON entities (world_id, flux_position, left(archetype, 400) COLLATE "C");
DROP INDEX entities_flux_position;

CREATE POLICY search ON worlds TO orrery_search USING (true);
GRANT SELECT (world_id, tenant_id) ON worlds TO orrery_search;

-- entities of a class, in order of id
CREATE FUNCTION entities_of_class(world uuid, class text, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  SELECT e.entity_id FROM entities e
  WHERE e.world_id = world AND e.class_type = class
    AND (SELECT w.tenant_id FROM worlds w WHERE w.world_id = world) = nullif(current_setting('orrery.tenant', true), '')
  ORDER BY e.class_type, e.entity_id LIMIT most;
END;

-- entities whose component's hot number lies between the two, both included
CREATE FUNCTION components_numbered(world uuid, type text, low float8, high float8, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  SELECT c.entity_id FROM components c
  WHERE c.world_id = world AND c.component_type = type AND c.hot_number BETWEEN low AND high
    AND (SELECT w.tenant_id FROM worlds w WHERE w.world_id = world) = nullif(current_setting('orrery.tenant', true), '')
  ORDER BY c.component_type, c.hot_number, c.entity_id LIMIT most;
END;

-- entities whose component's hot text is this one, in order of id
CREATE FUNCTION components_worded(world uuid, type text, word text, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  SELECT c.entity_id FROM components c
  WHERE c.world_id = world AND c.component_type = type AND c.hot_text = word
    AND (SELECT w.tenant_id FROM worlds w WHERE w.world_id = world) = nullif(current_setting('orrery.tenant', true), '')
  ORDER BY c.component_type, c.hot_text, c.entity_id LIMIT most;
END;

-- entities that have a hot number, in order of it and of their id, after the place
CREATE FUNCTION components_ascending(world uuid, type text, number float8, id text, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  SELECT c.entity_id FROM components c
  WHERE c.world_id = world AND c.component_type = type AND c.hot_number IS NOT NULL
    AND (c.hot_number, c.entity_id) > (number, id COLLATE "C")
    AND (SELECT w.tenant_id FROM worlds w WHERE w.world_id = world) = nullif(current_setting('orrery.tenant', true), '')
  ORDER BY c.component_type, c.hot_number, c.entity_id LIMIT most;
END;

-- the same from the largest down; of one number in order of id
CREATE FUNCTION components_descending(world uuid, type text, number float8, id text, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  SELECT c.entity_id FROM components c
  WHERE c.world_id = world AND c.component_type = type AND c.hot_number <= number
    AND (c.hot_number < number OR c.entity_id > id COLLATE "C")
    AND (SELECT w.tenant_id FROM worlds w WHERE w.world_id = world) = nullif(current_setting('orrery.tenant', true), '')
  ORDER BY c.hot_number DESC, c.entity_id LIMIT most;
END;

-- how many entities have each hot text, and how many are of each class
CREATE FUNCTION components_by_word(world uuid, type text) RETURNS TABLE (word text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER BEGIN ATOMIC
  SELECT c.hot_text, count(*) FROM components c
  WHERE c.world_id = world AND c.component_type = type AND c.hot_text IS NOT NULL
    AND (SELECT w.tenant_id FROM worlds w WHERE w.world_id = world) = nullif(current_setting('orrery.tenant', true), '')
  GROUP BY c.hot_text;
END;

CREATE FUNCTION entities_by_class(world uuid) RETURNS TABLE (word text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER BEGIN ATOMIC
  SELECT e.class_type, count(*) FROM entities e
  WHERE e.world_id = world
    AND (SELECT w.tenant_id FROM worlds w WHERE w.world_id = world) = nullif(current_setting('orrery.tenant', true), '')
  GROUP BY e.class_type;
END;

-- entities that have a component of the type, or have none: by the signatures that the world's entities have, each of which is
-- looked at once
CREATE FUNCTION entities_with(world uuid, type text, wanted boolean, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  WITH RECURSIVE signatures (flux, signature) AS (
    (SELECT e.flux_position, left(e.archetype, 400) COLLATE "C" FROM entities e WHERE e.world_id = world
      ORDER BY e.flux_position, left(e.archetype, 400) COLLATE "C" LIMIT 1)
    UNION ALL
    SELECT n.flux, n.signature FROM signatures s, LATERAL (
      SELECT e.flux_position AS flux, left(e.archetype, 400) COLLATE "C" AS signature FROM entities e
      WHERE e.world_id = world AND (e.flux_position, left(e.archetype, 400) COLLATE "C") > (s.flux, s.signature)
      ORDER BY e.flux_position, left(e.archetype, 400) COLLATE "C" LIMIT 1) n
  ), fitting (flux, signature) AS (
    SELECT s.flux, s.signature FROM signatures s
    WHERE length(s.signature) = 400 OR (type = ANY (string_to_array(s.signature, '+'))) = wanted
  ), found AS MATERIALIZED (
    SELECT e.entity_id FROM fitting f, LATERAL (
      SELECT e.entity_id, e.archetype, e.tenant_id FROM entities e
      WHERE e.world_id = world AND e.flux_position = f.flux
        AND left(e.archetype, 400) COLLATE "C" = f.signature OFFSET 0) e
    WHERE (type = ANY (string_to_array(e.archetype, '+'))) = wanted
      AND e.tenant_id = nullif(current_setting('orrery.tenant', true), '')
  ) SELECT entity_id FROM found LIMIT most;
END;

-- As entities_tagged (0003), entities_named and components_containing (0010) were, so many at most. The table
-- expression is planned as if all were wanted, by the index, and read no further than it is asked for: planned for a few
-- rows, a tag that many worlds have would be looked for in every row of one that does not.
CREATE FUNCTION entities_tagged(world uuid, tag text, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  WITH found AS MATERIALIZED (
    SELECT e.entity_id FROM entities e
    WHERE e.tags @> ARRAY[tag] AND e.world_id = world
      AND e.tenant_id = nullif(current_setting('orrery.tenant', true), '')
  ) SELECT entity_id FROM found LIMIT most;
END;

DROP FUNCTION entities_named(uuid, text);
CREATE FUNCTION entities_named(world uuid, part text, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  WITH found AS MATERIALIZED (
    SELECT e.entity_id FROM entities e
    WHERE lower(e.name COLLATE pg_c_utf8)
        LIKE '%' || regexp_replace(lower(part COLLATE pg_c_utf8), '([\\%_])', '\\\1', 'g') || '%'
      AND e.world_id = world AND e.tenant_id = nullif(current_setting('orrery.tenant', true), '')
  ) SELECT entity_id FROM found LIMIT most;
END;

-- What a document contains, the planner takes for one in a hundred, and goes through every component of the type beside the
-- index: 450 ms of a world of 1,000,000. So it is asked for what few documents have first, of all worlds.
DROP FUNCTION components_containing(uuid, text, jsonb, jsonb);
CREATE FUNCTION components_containing(world uuid, type text, wanted jsonb, otherwise jsonb, most int) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 1000 BEGIN ATOMIC
  WITH everywhere AS MATERIALIZED (
    SELECT c.entity_id, c.component_type, c.world_id, c.tenant_id FROM components c
    WHERE c.data @> wanted OR c.data @> otherwise
  ), rare AS MATERIALIZED (SELECT * FROM everywhere LIMIT 5000),
  common AS MATERIALIZED (
    SELECT c.entity_id FROM components c
    WHERE (c.data @> wanted OR c.data @> otherwise) AND c.component_type = type
      AND c.world_id = world AND c.tenant_id = nullif(current_setting('orrery.tenant', true), '')
  )
  SELECT r.entity_id FROM rare r
  WHERE (SELECT count(*) FROM rare) < 5000 AND r.component_type = type
    AND r.world_id = world AND r.tenant_id = nullif(current_setting('orrery.tenant', true), '')
  UNION ALL SELECT entity_id FROM common WHERE (SELECT count(*) FROM rare) >= 5000
  LIMIT most;
END;

REVOKE ALL ON FUNCTION entities_of_class, components_numbered, components_worded, components_ascending,
  components_descending, entities_tagged(uuid, text, int), entities_named, components_containing, entities_with,
  components_by_word, entities_by_class FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entities_of_class, components_numbered, components_worded, components_ascending,
  components_descending, entities_tagged(uuid, text, int), entities_named, components_containing, entities_with,
  components_by_word, entities_by_class TO orrery_app;
GRANT CREATE ON SCHEMA public TO orrery_search;
ALTER FUNCTION entities_of_class OWNER TO orrery_search;
ALTER FUNCTION components_numbered OWNER TO orrery_search;
ALTER FUNCTION components_worded OWNER TO orrery_search;
ALTER FUNCTION components_ascending OWNER TO orrery_search;
ALTER FUNCTION components_descending OWNER TO orrery_search;
ALTER FUNCTION entities_tagged(uuid, text, int) OWNER TO orrery_search;
ALTER FUNCTION entities_named OWNER TO orrery_search;
ALTER FUNCTION components_containing OWNER TO orrery_search;
ALTER FUNCTION entities_with OWNER TO orrery_search;
ALTER FUNCTION components_by_word OWNER TO orrery_search;
ALTER FUNCTION entities_by_class OWNER TO orrery_search;
REVOKE CREATE ON SCHEMA public FROM orrery_search;

-- Down Migration

DROP FUNCTION entities_of_class, components_numbered, components_worded, components_ascending, components_descending,
  entities_tagged(uuid, text, int), entities_named, components_containing, entities_with,
  components_by_word, entities_by_class;
REVOKE SELECT (world_id, tenant_id) ON worlds FROM orrery_search;
DROP POLICY search ON worlds;
DROP INDEX entities_signature;
CREATE INDEX entities_flux_position ON entities (world_id, flux_position, entity_id);

-- as in 0010
CREATE FUNCTION entities_named(world uuid, part text) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
  SELECT entity_id FROM entities
  WHERE lower(name COLLATE pg_c_utf8)
      LIKE '%' || regexp_replace(lower(part COLLATE pg_c_utf8), '([\\%_])', '\\\1', 'g') || '%'
    AND world_id = world AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
$$;
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
