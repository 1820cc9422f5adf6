-- Up Migration

CREATE TABLE relay_cursors (
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  destination text NOT NULL,
  tenant_id text NOT NULL,
  -- the last seq that was delivered
  seq bigint NOT NULL DEFAULT 0,
  -- failures in a row of the event after it
  attempts integer NOT NULL DEFAULT 0,
  -- how many of them were refusals: an outage never dead-letters
  refusals integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT '-infinity',
  last_error text,
  PRIMARY KEY (world_id, destination)
) WITH (fillfactor = 50);

CREATE TABLE consumer_cursors (
  consumer text NOT NULL,
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  tenant_id text NOT NULL,
  -- the last seq whose effect is committed
  seq bigint NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  PRIMARY KEY (consumer, world_id)
) WITH (fillfactor = 50);

-- poison: events that a destination or a consumer refused for good; the event itself stays in the log
CREATE TABLE dead_letters (
  world_id uuid NOT NULL REFERENCES worlds ON DELETE CASCADE,
  -- a relay destination, or 'consumer:' and the consumer's name
  destination text NOT NULL,
  seq bigint NOT NULL,
  tenant_id text NOT NULL,
  error text NOT NULL,
  attempts integer NOT NULL,
  dead_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (world_id, destination, seq)
);

CREATE TABLE physics_slots (
  slot integer PRIMARY KEY,
  holder text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE leases (
  world_id uuid PRIMARY KEY REFERENCES worlds ON DELETE CASCADE,
  tenant_id text NOT NULL,
  -- null after a release
  holder text,
  slot integer NOT NULL,
  -- the fencing token: one higher at each acquisition, never reset
  token bigint NOT NULL,
  expires_at timestamptz NOT NULL,
  -- http://host:port of the holder's own API
  address text NOT NULL,
  -- as its holder last said: it needs one even when no event comes
  active boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50);

CREATE TABLE tick_log (
  world_id uuid NOT NULL,
  tick bigint NOT NULL,
  tenant_id text NOT NULL,
  -- the tick began with the events up to and including this one applied
  to_seq bigint NOT NULL,
  PRIMARY KEY (world_id, tick)
);

-- a projection: the first row comes with the entity's transaction, then the lease holder writes
CREATE TABLE entity_physics_state (
  world_id uuid NOT NULL,
  entity_id text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  z double precision NOT NULL,
  vx double precision NOT NULL DEFAULT 0,
  vy double precision NOT NULL DEFAULT 0,
  vz double precision NOT NULL DEFAULT 0,
  mass double precision NOT NULL,
  activity double precision NOT NULL,
  jitter double precision NOT NULL,
  anchored boolean NOT NULL,
  tick bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (world_id, entity_id)
) WITH (fillfactor = 70);

-- Down Migration

DROP TABLE entity_physics_state, tick_log, leases, physics_slots, dead_letters, consumer_cursors, relay_cursors;
