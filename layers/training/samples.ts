import { type EntityRecord, readEntities } from '#world/read/entities'
import { readLineages } from '#world/read/lineages'
import type { PinnedSnapshot } from './epoch.ts'
import { candidatePages, isDrawn, type Plan, planSnapshot, type Read } from './plan.ts'
import { readConnections } from './postgres/read-connections.ts'
import { type ReadSample, type Sample, sampleOf } from './sample.ts'
import type { Selection } from './selection.ts'

export interface SampleSource {
  snapshots: readonly PinnedSnapshot[]
  selection: Selection
  read: Read
  /** The entities with their sensitive components as they may be seen. */
  open: (entities: EntityRecord[]) => Promise<EntityRecord[]>
  /** Default: each plan is made where it is needed. */
  planOf?: ((snapshot: PinnedSnapshot, make: () => Promise<Plan>) => Promise<Plan>) | undefined
}

/** After a sample. */
export interface SamplePosition {
  /** Index of its snapshot. */
  snapshot: number
  /** '': before the first of the snapshot. */
  entityId: string
}

export const beginning: SamplePosition = { snapshot: 0, entityId: '' }

const detailRows = 500
const connectionLimit = 1_000

export const planOf = (
  { read, selection, planOf: kept }: SampleSource,
  snapshot: PinnedSnapshot,
): Promise<Plan> => {
  const make = () => planSnapshot(read, snapshot, selection)
  return kept === undefined ? make() : kept(snapshot, make)
}

/**
 * The samples after a position in pages, ordered by snapshot and id, in memory a page at a time. Each page is read in short
 * transactions: what a log was at a seq does not change.
 *
 * @throws TooManyStrata, what `open` throws, and what PostgreSQL throws.
 */
export async function* samplePages(source: SampleSource, after: SamplePosition): AsyncGenerator<Sample[]> {
  for (let at = after.snapshot; at < source.snapshots.length; at++)
    yield* pagesOfSnapshot(source, at, at === after.snapshot ? after.entityId : '')
}

/** Those of one snapshot. */
export async function* pagesOfSnapshot(
  source: SampleSource,
  at: number,
  after: string,
): AsyncGenerator<Sample[]> {
  const snapshot = source.snapshots[at]!
  const plan = await planOf(source, snapshot)
  for await (const page of candidatePages(source.read, snapshot, source.selection, after)) {
    const drawn = page.filter((candidate) => isDrawn(plan, snapshot, candidate, source.selection))
    for (let first = 0; first < drawn.length; first += detailRows)
      yield readSamples(
        source,
        at,
        drawn.slice(first, first + detailRows).map(({ entityId }) => entityId),
      )
  }
}

const readSamples = async (
  { read, open, snapshots, selection }: SampleSource,
  at: number,
  ids: string[],
): Promise<Sample[]> => {
  const snapshot = snapshots[at]!
  const { entities, lineages, connections } = await read(snapshot, async (client) => ({
    entities: await readEntities(client, snapshot.worldId, ids, snapshot.seq),
    lineages: await readLineages(client, snapshot.worldId, ids, snapshot.seq),
    connections: await readConnections(client, snapshot, ids, connectionLimit),
  }))
  return (await open(entities)).map((entity) => {
    const found: ReadSample = {
      ...{ entity, lineage: lineages.get(entity.id)!, connections: connections.get(entity.id)! },
    }
    return sampleOf(found, at, snapshot, selection)
  })
}
