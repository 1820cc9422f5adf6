import type pg from 'pg'
import type { LayerKey, LedgerStore } from '../ledger-store.ts'
import { type LayerPolicy, type LayerPosition, readLayersToArchive } from '../postgres/housekeeping.ts'
import { type Archivable, type ChainPart, readArchivable } from '../postgres/read-archivable.ts'

export interface ArchiveContext {
  /** As orrery_background. */
  pool: pg.Pool
  store: Pick<LedgerStore, 'archiveCommits'>
  /** Nothing further is begun; what was done stays done. */
  signal?: AbortSignal | undefined
}

/** What went to the archive. */
export interface Archived {
  /** Objects. */
  archives: number
  commits: number
  /** Of the objects. */
  bytes: number
}

const layersAtOnce = 200

/** Moves the entries of all commits to the archive that their layer's policy wants there. */
export const archiveOld = async (context: ArchiveContext): Promise<Archived> => {
  const total: Archived = { archives: 0, commits: 0, bytes: 0 }
  for (let after: LayerPosition | undefined; ; ) {
    const layers = await readLayersToArchive(context.pool, after, layersAtOnce)
    for (const layer of layers) {
      const found = await archiveLayer(context, layer, dueOf(layer), (part) => isWorthIt(part, layer))
      total.archives += found.archives
      total.commits += found.commits
      total.bytes += found.bytes
      if (context.signal?.aborted) return total
    }
    after = layers.at(-1)
    if (layers.length < layersAtOnce) return total
  }
}

const dueOf = ({ closedTo, afterTicks, quietAfterTicks, quietBelow }: LayerPolicy): Archivable => ({
  beforeEpoch: afterTicks === null ? 0 : closedTo - afterTicks,
  ...(quietAfterTicks !== null && { quietBefore: closedTo - quietAfterTicks }),
  ...(quietBelow !== null && { quietBelow }),
})

const fewCommits = 100
const fewEntries = 10_000

/** A chain grows by one commit a window, but an object for each would cost more than it saves: few wait until they are twice as old. */
const isWorthIt = (part: ChainPart, { closedTo, afterTicks, quietAfterTicks }: LayerPolicy): boolean => {
  const commits = part.toNumber - part.fromNumber + 1
  const age = Math.min(afterTicks ?? Number.POSITIVE_INFINITY, quietAfterTicks ?? Number.POSITIVE_INFINITY)
  return commits >= fewCommits || part.entries >= fewEntries || part.firstEpochEnd < closedTo - 2 * age
}

/** Moves those parts of a layer's chains that are wanted, until there are none. */
export const archiveLayer = async (
  { pool, store, signal }: ArchiveContext,
  { tenantId, worldId, layer }: LayerKey,
  archivable: Archivable,
  isWanted: (part: ChainPart) => boolean = () => true,
): Promise<Archived> => {
  const total: Archived = { archives: 0, commits: 0, bytes: 0 }
  for (;;) {
    let moved = 0
    for (const part of (await readArchivable(pool, worldId, layer, archivable)).filter(isWanted)) {
      if (signal?.aborted) return total
      const { shard, fromNumber, toNumber } = part
      const batch = await store.archiveCommits({ tenantId, worldId, layer, shard, fromNumber, toNumber })
      if (batch === undefined) continue
      moved++
      total.archives++
      total.commits += batch.commits
      total.bytes += batch.bytes
    }
    if (moved === 0) return total
  }
}
