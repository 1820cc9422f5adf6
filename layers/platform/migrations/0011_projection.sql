-- Up Migration

-- What chronicles do to entities. Everything here but the rules, the bindings and the creations is derived from
-- chronicle_events and can be built again: a generation is one whole derivation; chronicle_progress names the one that
-- holds, and the one that is being built beside it. Keys of type uuid are the first 128 bits of SHA-256 of texts that
-- would be too long for an index (layers/chronicle/projection/names.ts).

ALTER TABLE chronicle_progress
  ADD COLUMN generation integer NOT NULL DEFAULT 1,
  ADD COLUMN last_generation integer NOT NULL DEFAULT 1,
  -- of the rules and settings that the generation was derived by; null: nothing has been derived
  ADD COLUMN inputs text,
  -- number of the last binding of kind merge or split that the generation has taken up
  ADD COLUMN operations_taken integer NOT NULL DEFAULT 0,
  -- how often somebody asked for a projection otherwise than by an event, and what of it has been answered
  ADD COLUMN asked integer NOT NULL DEFAULT 0,
  ADD COLUMN answered integer NOT NULL DEFAULT 0,
  -- what is being built beside it, for what, how far it is
  ADD COLUMN shadow_generation integer,
  ADD COLUMN shadow_purpose text,
  ADD COLUMN shadow_inputs text,
  ADD COLUMN shadow_seq bigint NOT NULL DEFAULT 0,
  ADD COLUMN shadow_operations_taken integer NOT NULL DEFAULT 0,
  -- the circuit breaker: failures in a row, and when the next try is due
  ADD COLUMN failures integer NOT NULL DEFAULT 0,
  ADD COLUMN retry_at timestamptz,
  ADD COLUMN last_error text,
  -- the last comparison of the entities with a derivation from the events alone
  ADD COLUMN verified_at timestamptz,
  ADD COLUMN verified_seq bigint,
  ADD COLUMN differences integer;
CREATE INDEX chronicle_progress_behind ON chronicle_progress (world_id) WHERE recorded_seq > projected_seq OR asked > answered;

-- names are longer than an index takes; how they are compared otherwise is in names.ts
CREATE INDEX entities_name ON entities (world_id, md5(lower(name)));

CREATE TABLE chronicle_rules (
  world_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  -- see layers/chronicle/rules/rule.ts
  rules jsonb NOT NULL,
  updated_at timestamptz NOT NULL
);

-- who is who, as the world had it when a name first came up ('found'), or as people decided ('merge', 'split')
CREATE TABLE chronicle_bindings (
  world_id uuid NOT NULL,
  -- counts from 1 in each world
  number integer NOT NULL,
  tenant_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('found', 'merge', 'split')),
  -- of 'found'
  name_key uuid,
  -- of 'merge' and 'split'
  from_id text COLLATE "C",
  into_id text COLLATE "C" NOT NULL,
  -- of 'split': [{chronicleId, eventId}]
  events jsonb,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (world_id, number)
);
CREATE UNIQUE INDEX chronicle_bindings_found ON chronicle_bindings (world_id, name_key) WHERE kind = 'found';
CREATE INDEX chronicle_bindings_operations ON chronicle_bindings (world_id, number) WHERE kind <> 'found';

-- what the projection has made itself, noted before it is made: only that may it delete
CREATE TABLE chronicle_creations (
  world_id uuid NOT NULL,
  target_key uuid NOT NULL,
  tenant_id text NOT NULL,
  PRIMARY KEY (world_id, target_key)
);

CREATE TABLE chronicle_actors (
  world_id uuid NOT NULL,
  generation integer NOT NULL,
  chronicle_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL,
  tenant_id text NOT NULL,
  told_at timestamptz NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  entity_type text NOT NULL,
  role text NOT NULL,
  confidence real NOT NULL,
  name_key uuid NOT NULL,
  -- the id that the event gives; null: it gives none
  explicit_id text COLLATE "C",
  -- whether the event changes entities; then this is a mention
  projects boolean NOT NULL,
  PRIMARY KEY (world_id, generation, chronicle_id, event_id, ordinal)
);
CREATE INDEX chronicle_actors_entity ON chronicle_actors (world_id, generation, entity_id, told_at);
CREATE INDEX chronicle_actors_named ON chronicle_actors (world_id, generation, name_key) WHERE explicit_id IS NULL;
CREATE INDEX chronicle_actors_first ON chronicle_actors (world_id, generation, name_key, told_at, chronicle_id, event_id)
  WHERE explicit_id IS NOT NULL;
CREATE INDEX chronicle_actors_ids ON chronicle_actors (world_id, generation, name_key, explicit_id)
  WHERE explicit_id IS NOT NULL;

-- who each name and type is now
CREATE TABLE chronicle_names (
  world_id uuid NOT NULL,
  generation integer NOT NULL,
  name_key uuid NOT NULL,
  tenant_id text NOT NULL,
  entity_id text NOT NULL,
  confidence real NOT NULL,
  PRIMARY KEY (world_id, generation, name_key)
);

CREATE TABLE chronicle_effects (
  world_id uuid NOT NULL,
  generation integer NOT NULL,
  target_key uuid NOT NULL,
  told_at timestamptz NOT NULL,
  chronicle_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  ordinal integer NOT NULL,
  tenant_id text NOT NULL,
  -- see `targetText` in layers/chronicle/projection/effect.ts
  target text NOT NULL,
  effect jsonb NOT NULL,
  PRIMARY KEY (world_id, generation, target_key, told_at, chronicle_id, event_id, ordinal)
);
CREATE INDEX chronicle_effects_event ON chronicle_effects (world_id, generation, chronicle_id, event_id);

CREATE TABLE chronicle_unknown_actions (
  world_id uuid NOT NULL,
  generation integer NOT NULL,
  chronicle_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  action text NOT NULL,
  PRIMARY KEY (world_id, generation, chronicle_id, event_id)
);

CREATE TABLE chronicle_derived (
  world_id uuid NOT NULL,
  generation integer NOT NULL,
  target_key uuid NOT NULL,
  tenant_id text NOT NULL,
  target text NOT NULL,
  -- what the entity or relationship should be; null: nothing
  derived jsonb,
  -- what the effects so far come to, to go on from
  fold jsonb NOT NULL,
  -- of the event whose effect was the last
  event_name text NOT NULL,
  -- why the world does not take it
  refusal text,
  PRIMARY KEY (world_id, generation, target_key)
);
CREATE INDEX chronicle_derived_refused ON chronicle_derived (world_id, generation) WHERE refusal IS NOT NULL;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'chronicle_rules', 'chronicle_bindings', 'chronicle_creations', 'chronicle_actors', 'chronicle_names',
    'chronicle_effects', 'chronicle_unknown_actions', 'chronicle_derived'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY app ON %I TO orrery_app USING (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))
         WITH CHECK (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))', t);
    EXECUTE format('CREATE POLICY migrate ON %I TO orrery_migrate USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY background ON %I TO orrery_background USING (true) WITH CHECK (true)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY[
    'chronicle_creations', 'chronicle_actors', 'chronicle_names', 'chronicle_effects', 'chronicle_unknown_actions',
    'chronicle_derived'
  ] LOOP
    EXECUTE format('GRANT SELECT ON %I TO orrery_app', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO orrery_background', t);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON chronicle_rules TO orrery_app;
GRANT SELECT, INSERT ON chronicle_bindings TO orrery_app, orrery_background;
-- a fork takes them over
GRANT INSERT ON chronicle_creations TO orrery_app;
GRANT SELECT ON chronicle_rules TO orrery_background;

-- Down Migration

DROP TABLE chronicle_derived, chronicle_unknown_actions, chronicle_effects, chronicle_names, chronicle_actors,
  chronicle_creations, chronicle_bindings, chronicle_rules;
DROP INDEX chronicle_progress_behind, entities_name;
ALTER TABLE chronicle_progress
  DROP COLUMN generation, DROP COLUMN last_generation, DROP COLUMN inputs, DROP COLUMN operations_taken,
  DROP COLUMN asked, DROP COLUMN answered,
  DROP COLUMN shadow_generation, DROP COLUMN shadow_purpose, DROP COLUMN shadow_inputs, DROP COLUMN shadow_seq,
  DROP COLUMN shadow_operations_taken, DROP COLUMN failures, DROP COLUMN retry_at, DROP COLUMN last_error,
  DROP COLUMN verified_at, DROP COLUMN verified_seq, DROP COLUMN differences;
