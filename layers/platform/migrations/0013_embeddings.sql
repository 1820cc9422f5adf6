-- Up Migration

-- Vectors of chronicle events, for a search by meaning (docs/search.md). They are derived: whatever is missing here is
-- made again from chronicle_events.

CREATE TABLE chronicle_embeddings (
  world_id uuid NOT NULL,
  -- name of what made the vector; vectors of two of them are not compared
  embedder text COLLATE "C" NOT NULL,
  chronicle_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  -- of the event: the vector of an earlier version is not found
  version integer NOT NULL,
  told_at timestamptz NOT NULL,
  -- of length 1: float32s, little-endian; pgvector's type where chronicle_use_pgvector() has found it
  vector bytea NOT NULL,
  PRIMARY KEY (world_id, embedder, chronicle_id, event_id)
);
-- floats do not compress: trying costs time
ALTER TABLE chronicle_embeddings ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX chronicle_embeddings_told ON chronicle_embeddings (world_id, embedder, told_at, chronicle_id, event_id);

-- events up to that seq have their vectors; one that is changed or retracted has a later seq
CREATE TABLE chronicle_embedding_progress (
  world_id uuid NOT NULL,
  embedder text COLLATE "C" NOT NULL,
  tenant_id text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (world_id, embedder)
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['chronicle_embeddings', 'chronicle_embedding_progress'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY app ON %I TO orrery_app USING (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))
         WITH CHECK (tenant_id = nullif(current_setting(''orrery.tenant'', true), ''''))', t);
    EXECUTE format('CREATE POLICY migrate ON %I TO orrery_migrate USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY background ON %I TO orrery_background USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

GRANT SELECT ON chronicle_embeddings, chronicle_embedding_progress TO orrery_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON chronicle_embeddings, chronicle_embedding_progress TO orrery_background;
CREATE POLICY search ON chronicle_embeddings TO orrery_search USING (true);
GRANT SELECT ON chronicle_embeddings TO orrery_search;

-- Turns to pgvector where the server has it, by a version whose index goes on until enough rows pass a filter (0.8), and
-- answers whether vectors are pgvector's now. A database that gets the extension later calls it as orrery_migrate:
-- vectors that are there are dropped, and made again.
CREATE FUNCTION chronicle_use_pgvector() RETURNS boolean
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  dimensions int;
BEGIN
  IF to_regtype('public.vector') IS NULL OR NOT EXISTS (
    SELECT FROM pg_extension WHERE extname = 'vector' AND string_to_array(extversion, '.')::int[] >= ARRAY[0, 8]
  ) THEN
    RETURN false;
  END IF;
  IF to_regprocedure('public.chronicle_nearest(uuid,text,vector,text,timestamptz,timestamptz,int,int)') IS NOT NULL THEN
    RETURN true;
  END IF;
  TRUNCATE chronicle_embeddings, chronicle_embedding_progress;
  EXECUTE 'ALTER TABLE chronicle_embeddings ALTER COLUMN vector TYPE vector USING NULL::vector';
  -- a column for vectors of any length has an index for each length that embedders make
  FOREACH dimensions IN ARRAY ARRAY[256, 512, 1024] LOOP
    EXECUTE format(
      'CREATE INDEX chronicle_embeddings_nearest_%1$s ON chronicle_embeddings
         USING hnsw ((vector::vector(%1$s)) vector_cosine_ops) WHERE vector_dims(vector) = %1$s', dimensions);
  END LOOP;
  -- Operators of vectors are not leakproof: as in 0003. A world of up to `exact_rows` vectors is read whole, which is
  -- exact; the index knows the vectors of all worlds, and a small world would be lost among them.
  EXECUTE $definition$
    CREATE FUNCTION chronicle_nearest(
      world uuid, named text, query vector, chronicle text, from_at timestamptz, to_at timestamptz,
      max_rows int, exact_rows int
    ) RETURNS TABLE (chronicle_id text, event_id text, version integer, score double precision)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $body$
    #variable_conflict use_column
    DECLARE
      tenant text := nullif(current_setting('orrery.tenant', true), '');
      dimensions int := vector_dims(query);
      many boolean := dimensions IN (256, 512, 1024) AND (
        SELECT count(*) FROM (
          SELECT FROM chronicle_embeddings
          WHERE world_id = world AND embedder = named AND tenant_id = tenant LIMIT exact_rows + 1
        ) few
      ) > exact_rows;
    BEGIN
      IF NOT many THEN
        RETURN QUERY SELECT v.chronicle_id, v.event_id, v.version, 1 - (v.vector <=> query) AS score
          FROM chronicle_embeddings v
          WHERE v.world_id = world AND v.embedder = named AND v.tenant_id = tenant
            AND (chronicle IS NULL OR v.chronicle_id = chronicle)
            AND (from_at IS NULL OR v.told_at >= from_at) AND (to_at IS NULL OR v.told_at <= to_at)
          ORDER BY v.vector <=> query, v.chronicle_id, v.event_id LIMIT max_rows;
        RETURN;
      END IF;
      PERFORM set_config('hnsw.iterative_scan', 'strict_order', true),
        set_config('hnsw.max_scan_tuples', '200000', true), set_config('hnsw.ef_search', '200', true);
      RETURN QUERY EXECUTE format($nearest$
        SELECT c.chronicle_id, c.event_id, c.version, 1 - c.distance FROM (
          SELECT v.chronicle_id, v.event_id, v.version, v.vector::vector(%1$s) <=> $3::vector(%1$s) AS distance
          FROM chronicle_embeddings v
          WHERE vector_dims(v.vector) = %1$s AND v.world_id = $1 AND v.embedder = $2 AND v.tenant_id = $8
            AND ($4 IS NULL OR v.chronicle_id = $4)
            AND ($5 IS NULL OR v.told_at >= $5) AND ($6 IS NULL OR v.told_at <= $6)
          ORDER BY v.vector::vector(%1$s) <=> $3::vector(%1$s) LIMIT $7
        ) c ORDER BY c.distance, c.chronicle_id, c.event_id
      $nearest$, dimensions) USING world, named, query, chronicle, from_at, to_at, max_rows, tenant;
    END $body$
  $definition$;
  REVOKE ALL ON FUNCTION chronicle_nearest FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION chronicle_nearest TO orrery_app;
  GRANT CREATE ON SCHEMA public TO orrery_search;
  ALTER FUNCTION chronicle_nearest OWNER TO orrery_search;
  REVOKE CREATE ON SCHEMA public FROM orrery_search;
  RETURN true;
END $$;
REVOKE ALL ON FUNCTION chronicle_use_pgvector FROM PUBLIC;

SELECT chronicle_use_pgvector();

-- Down Migration

DO $$
BEGIN
  IF to_regproc('public.chronicle_nearest') IS NOT NULL THEN
    DROP FUNCTION chronicle_nearest;
  END IF;
END $$;
DROP FUNCTION chronicle_use_pgvector;
DROP TABLE chronicle_embedding_progress, chronicle_embeddings;
