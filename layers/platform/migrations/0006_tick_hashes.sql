-- Up Migration

-- SHA-256 that names the state after the tick (services/physics/state-hash.ts); null for ticks that were not hashed.
-- A replay finds by it the first tick that comes out differently.
ALTER TABLE tick_log ADD COLUMN state_hash bytea CHECK (octet_length(state_hash) = 32);

-- Down Migration

ALTER TABLE tick_log DROP COLUMN state_hash;
