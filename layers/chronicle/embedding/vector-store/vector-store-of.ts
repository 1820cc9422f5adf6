import type pg from 'pg'
import type { VectorStore } from '../vector-store.ts'
import { bytesStore } from './bytes.ts'
import { pgvectorStore } from './pgvector.ts'

const select = `
  SELECT atttypid = 'bytea'::regtype AS bytes FROM pg_attribute
  WHERE attrelid = 'chronicle_embeddings'::regclass AND attname = 'vector'`

/** The adapter for the column that the database has (0013_embeddings.sql): pgvector's, where the server had it then. */
export const vectorStoreOf = async (client: pg.ClientBase): Promise<VectorStore> => {
  const { rows } = await client.query<{ bytes: boolean }>(select)
  return rows[0]?.bytes === false ? pgvectorStore() : bytesStore()
}
