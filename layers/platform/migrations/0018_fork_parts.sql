-- Up Migration

-- A large fork is copied by two transactions, and there is no world before both have ended. Of the one that ends first a row
-- here says so; the other takes it away. What stands here and is nobody's any more is of a fork whose process died between
-- the two: rows of a world that does not exist, which nobody sees, and which forget_fork_part deletes.
CREATE TABLE fork_parts (
  world_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE fork_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE fork_parts FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON fork_parts TO orrery_app USING (tenant_id = nullif(current_setting('orrery.tenant', true), ''))
  WITH CHECK (tenant_id = nullif(current_setting('orrery.tenant', true), ''));
CREATE POLICY migrate ON fork_parts TO orrery_migrate USING (true) WITH CHECK (true);
CREATE POLICY background ON fork_parts TO orrery_background USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, DELETE ON fork_parts TO orrery_app;
GRANT SELECT ON fork_parts TO orrery_background;

-- Deletes up to so many rows of each table; answers how many there were. 0: none is left, or its fork is under way (then
-- it holds the lock; see layers/world/fork/fork-parts.ts). A function, since nobody else may delete what is not a world's.
CREATE FUNCTION forget_fork_part(world uuid, max_rows int) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t text;
  found_rows bigint;
  all_rows bigint := 0;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('orrery.fork-parts:' || world, 0)) THEN
    RETURN 0;
  END IF;
  -- looked for under the lock: a fork that has just ended well has taken it away
  IF NOT EXISTS (SELECT FROM fork_parts WHERE world_id = world) OR EXISTS (SELECT FROM worlds WHERE world_id = world) THEN
    RETURN 0;
  END IF;
  FOREACH t IN ARRAY ARRAY['entities', 'components', 'relationships', 'entity_physics_state'] LOOP
    EXECUTE format(
      'DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$I WHERE world_id = $1 LIMIT $2)) AND world_id = $1', t)
      USING world, max_rows;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    all_rows := all_rows + found_rows;
  END LOOP;
  IF all_rows = 0 THEN
    DELETE FROM fork_parts WHERE world_id = world;
  END IF;
  RETURN all_rows;
END $$;
REVOKE ALL ON FUNCTION forget_fork_part FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_fork_part TO orrery_background;

-- Names without case are looked for by entities_name_key (layers/chronicle/projection/postgres/find-named.ts): of the B-trees
-- of entities this one cost the most, since its order has nothing in common with that of entities.
DROP INDEX entities_name;

-- Down Migration

CREATE INDEX entities_name ON entities (world_id, md5(lower(name)));

DROP FUNCTION forget_fork_part;
DROP TABLE fork_parts;
