-- Up Migration

-- What questions across entities and chronicles look up. Operators on jsonb are not leakproof: their index is reached
-- as in 0003, through functions that hold the tenant's condition.

-- what the log did to one entity
CREATE INDEX world_events_entity ON world_events (world_id, entity_id, seq) WHERE entity_id IS NOT NULL;

CREATE INDEX chronicle_actors_chronicle ON chronicle_actors (world_id, generation, chronicle_id, entity_id);

CREATE POLICY search ON chronicle_effects TO orrery_search USING (true);
GRANT SELECT ON chronicle_effects TO orrery_search;

-- a name however it is written; the caller compares again, by its own rule
CREATE FUNCTION chronicle_item_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT md5(lower(regexp_replace(btrim(normalize(name, NFKC)), '\s+', ' ', 'g')))
$$;

CREATE INDEX chronicle_effects_item_names ON chronicle_effects
  (world_id, generation, chronicle_item_key(effect ->> 'name')) WHERE effect ->> 'do' = 'item';
CREATE INDEX chronicle_effects_item_ids ON chronicle_effects (world_id, generation, (effect ->> 'id'))
  WHERE effect ->> 'do' = 'item' AND effect ? 'id';
CREATE INDEX chronicle_effects_positions ON chronicle_effects
  (world_id, generation, target_key, told_at DESC, chronicle_id DESC, event_id DESC, ordinal DESC)
  WHERE effect ->> 'do' = 'position';

-- what was done with things of that id or name; the rows that they are of
CREATE FUNCTION chronicle_items(world uuid, of_generation int, item text, name text, max_rows int)
RETURNS SETOF chronicle_effects
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT * FROM (
    SELECT * FROM chronicle_effects
    WHERE effect ->> 'do' = 'item' AND chronicle_item_key(effect ->> 'name') = chronicle_item_key(name)
      AND world_id = world AND generation = of_generation
      AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
    UNION
    SELECT * FROM chronicle_effects
    WHERE effect ->> 'do' = 'item' AND effect ? 'id' AND effect ->> 'id' = item
      AND world_id = world AND generation = of_generation
      AND tenant_id = nullif(current_setting('orrery.tenant', true), '')
  ) e ORDER BY told_at, chronicle_id, event_id, ordinal LIMIT max_rows
$$;

-- the last position that the story gives each entity (or one) up to a place of the story, of events recorded by a seq
CREATE FUNCTION chronicle_positions(
  world uuid, of_generation int, at_time timestamptz, at_chronicle text, at_event text, by_seq bigint, key uuid
) RETURNS TABLE (entity_id text, x float8, y float8, z float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT ON (p.target_key) p.target, (p.effect -> 'position' ->> 0)::float8,
    (p.effect -> 'position' ->> 1)::float8, (p.effect -> 'position' ->> 2)::float8
  FROM chronicle_effects p
  WHERE p.effect ->> 'do' = 'position' AND p.world_id = world AND p.generation = of_generation
    AND (key IS NULL OR p.target_key = key)
    AND (p.told_at, p.chronicle_id, p.event_id) <= (at_time, at_chronicle COLLATE "C", at_event COLLATE "C")
    AND p.tenant_id = nullif(current_setting('orrery.tenant', true), '')
    AND (by_seq IS NULL OR EXISTS (
      SELECT FROM chronicle_events c WHERE c.world_id = p.world_id AND c.chronicle_id = p.chronicle_id
        AND c.event_id = p.event_id AND c.from_seq <= by_seq))
  ORDER BY p.target_key, p.told_at DESC, p.chronicle_id DESC, p.event_id DESC, p.ordinal DESC
$$;

REVOKE ALL ON FUNCTION chronicle_item_key, chronicle_items, chronicle_positions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chronicle_item_key TO orrery_search, orrery_background, orrery_app;
GRANT EXECUTE ON FUNCTION chronicle_items, chronicle_positions TO orrery_app;
GRANT CREATE ON SCHEMA public TO orrery_search;
ALTER FUNCTION chronicle_items OWNER TO orrery_search;
ALTER FUNCTION chronicle_positions OWNER TO orrery_search;
REVOKE CREATE ON SCHEMA public FROM orrery_search;

-- Down Migration

DROP FUNCTION chronicle_items, chronicle_positions;
DROP INDEX world_events_entity, chronicle_actors_chronicle, chronicle_effects_item_names, chronicle_effects_item_ids,
  chronicle_effects_positions;
DROP FUNCTION chronicle_item_key;
REVOKE SELECT ON chronicle_effects FROM orrery_search;
DROP POLICY search ON chronicle_effects;
