-- Up Migration

-- A box or a sphere is found within the index, which tests y and z as well, and not only the slab between two x: 8 ms
-- instead of 287 for what is near to an entity. One index for another, 16 bytes longer.
CREATE INDEX entities_position ON entities (world_id, x, y, z);
DROP INDEX entities_x;

-- Down Migration

CREATE INDEX entities_x ON entities (world_id, x);
DROP INDEX entities_position;
