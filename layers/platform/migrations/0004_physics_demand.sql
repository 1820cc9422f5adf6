-- Up Migration

-- What decides whether a world needs a physics task, and where an entity is while nobody holds its world.

-- bodies of activity > 0, as the log has them: what the physics will have when it has taken up every event
ALTER TABLE worlds ADD COLUMN active_bodies bigint NOT NULL DEFAULT 0;

-- somebody asked for its physics while nobody held it: until then it needs a task, be it paused or still
ALTER TABLE worlds ADD COLUMN physics_wanted_until timestamptz;

ALTER TABLE entities
  -- of its body, as the log has it; it may come from a default that the world's settings had at the time
  ADD COLUMN activity double precision NOT NULL DEFAULT 0,
  -- seq of the last event that put the entity where it is, be it to the same place
  ADD COLUMN position_seq bigint NOT NULL DEFAULT 0;

-- the row is of a state that had taken up every event up to this one
ALTER TABLE entity_physics_state ADD COLUMN seq bigint NOT NULL DEFAULT 0;

-- A parameter that is an activity says what the body has; any other entity has what its row says.
UPDATE entities e SET activity = coalesce(p.activity, s.activity)
FROM entity_physics_state s
LEFT JOIN LATERAL (
  SELECT (c.data ->> 'activity')::float8 AS activity FROM components c
  WHERE c.world_id = s.world_id AND c.entity_id = s.entity_id AND c.component_type = 'Parameters'
    AND CASE jsonb_typeof(c.data -> 'activity') WHEN 'number'
      THEN (c.data ->> 'activity')::float8 BETWEEN 0 AND 1e9 ELSE false END
) p ON true
WHERE e.world_id = s.world_id AND e.entity_id = s.entity_id AND coalesce(p.activity, s.activity) > 0;

-- A row that no tick has written yet has the first position of its entity.
UPDATE entities e SET position_seq = e.from_seq
FROM entity_physics_state s
WHERE e.world_id = s.world_id AND e.entity_id = s.entity_id AND s.tick = 0 AND (e.x, e.y, e.z) <> (s.x, s.y, s.z);

UPDATE worlds w SET active_bodies = a.bodies
FROM (SELECT world_id, count(*) AS bodies FROM entities WHERE activity > 0 GROUP BY world_id) a
WHERE a.world_id = w.world_id;

-- The one definition: these worlds tick by themselves or are asked about, and each needs a physics task.
CREATE VIEW active_worlds WITH (security_invoker = true) AS
  SELECT world_id, tenant_id, active_bodies FROM worlds
  WHERE (active_bodies > 0 AND NOT coalesce((settings #>> '{physics,paused}')::boolean, false))
    OR physics_wanted_until > now();

GRANT SELECT ON active_worlds TO orrery_relay, orrery_physics;

CREATE INDEX worlds_active ON worlds (world_id) WHERE active_bodies > 0;
CREATE INDEX worlds_wanted ON worlds (physics_wanted_until) WHERE physics_wanted_until IS NOT NULL;

-- A task hands its worlds over when one of another revision starts: protected tasks would hold up a deployment
-- for as long as a world moves.
ALTER TABLE physics_slots
  -- of the task definition; null where there is none
  ADD COLUMN revision text,
  ADD COLUMN started_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN superseded boolean NOT NULL DEFAULT false;

-- Down Migration

ALTER TABLE physics_slots DROP COLUMN revision, DROP COLUMN started_at, DROP COLUMN superseded;
DROP INDEX worlds_active, worlds_wanted;
DROP VIEW active_worlds;
ALTER TABLE entity_physics_state DROP COLUMN seq;
ALTER TABLE entities DROP COLUMN activity, DROP COLUMN position_seq;
ALTER TABLE worlds DROP COLUMN active_bodies, DROP COLUMN physics_wanted_until;
