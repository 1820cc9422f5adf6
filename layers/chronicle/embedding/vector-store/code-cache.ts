import type pg from 'pg'
import { readProgress } from '../pending-events.ts'
import type { VectorQuery } from '../vector-store.ts'

/** The codes of a search's vectors, as one transaction saw them. */
export interface Codes {
  /** One after the other. */
  codes: Buffer
  /** Of their rows: block and place as `tidsend` has them, 6 bytes each. */
  places: Buffer
  /** False where only the newest of the story are here. */
  isComplete: boolean
}

/** Of this process, for searches of whole chronicles and worlds: what was least lately used goes first. */
export interface CodeCache {
  /** Undefined: they are to be read, and told to `keep` under this name; no name: they are not kept. */
  find(
    client: pg.ClientBase,
    query: VectorQuery,
  ): Promise<{ name: string | undefined; known: Codes | undefined }>
  keep(name: string | undefined, codes: Codes): void
}

/**
 * Known by how far the world was embedded then: whoever writes vectors goes on there, in the same transaction
 * (embed-pending.ts). The database is asked that for each search, as the tenant: whoever may not see a world has no name
 * for its codes.
 */
export const createCodeCache = (limitBytes: number): CodeCache => {
  const kept = new Map<string, { at: string; codes: Codes }>()
  let bytes = 0
  const drop = (key: string): void => {
    const found = kept.get(key)
    if (found === undefined) return
    kept.delete(key)
    bytes -= sizeOf(found.codes)
  }
  return {
    find: async (client, { worldId, embedder, chronicleId, fromMs, toMs }) => {
      if (fromMs !== undefined || toMs !== undefined) return { name: undefined, known: undefined }
      const { seq, ...place } = await readProgress(client, worldId, embedder)
      if (seq === 0) return { name: undefined, known: undefined }
      const key = JSON.stringify([worldId, embedder, chronicleId])
      const at = JSON.stringify([seq, place])
      const found = kept.get(key)
      if (found?.at !== at) return { name: `${key}\n${at}`, known: undefined }
      kept.delete(key)
      kept.set(key, found)
      return { name: `${key}\n${at}`, known: found.codes }
    },
    keep: (name, codes) => {
      if (name === undefined) return
      const [key, at] = name.split('\n') as [string, string]
      drop(key)
      if (sizeOf(codes) > limitBytes) return
      kept.set(key, { at, codes })
      bytes += sizeOf(codes)
      for (const oldest of kept.keys()) if (bytes > limitBytes) drop(oldest)
    },
  }
}

const sizeOf = ({ codes, places }: Codes): number => codes.length + places.length
