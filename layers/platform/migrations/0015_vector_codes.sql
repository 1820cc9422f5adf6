-- Up Migration

-- Vectors are made again, with what is new about them here.
TRUNCATE chronicle_embeddings, chronicle_embedding_progress;

-- Where vectors are bytes: a coarse copy of a quarter of the size, by which they are ranked before the best are compared
-- as they are (layers/chronicle/embedding/vector-store/code.ts). STORAGE: as of the vectors
ALTER TABLE chronicle_embeddings ADD COLUMN code bytea;
ALTER TABLE chronicle_embeddings ALTER COLUMN code SET STORAGE EXTERNAL;

-- Without statistics, as after a large import, the planner took this index for a look-up by event, and read every vector
-- of the world for each.
DROP INDEX chronicle_embeddings_told;

-- The place of the last event that was looked at, within its seq: thousands may share one.
ALTER TABLE chronicle_embedding_progress
  ADD COLUMN chronicle_id text COLLATE "C" NOT NULL,
  ADD COLUMN event_id text COLLATE "C" NOT NULL;

-- Events of one seq in their order, without sorting them for each page
DROP INDEX chronicle_events_seq;
CREATE INDEX chronicle_events_seq ON chronicle_events (world_id, from_seq, chronicle_id, event_id);

-- Down Migration

DROP INDEX chronicle_events_seq;
CREATE INDEX chronicle_events_seq ON chronicle_events (world_id, from_seq);
TRUNCATE chronicle_embeddings, chronicle_embedding_progress;
ALTER TABLE chronicle_embedding_progress DROP COLUMN chronicle_id, DROP COLUMN event_id;
ALTER TABLE chronicle_embeddings DROP COLUMN code;
CREATE INDEX chronicle_embeddings_told ON chronicle_embeddings (world_id, embedder, told_at);
