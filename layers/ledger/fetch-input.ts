import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import type { CommitEntry } from './commit.ts'
import { isInside } from './place.ts'
import type { InputRow } from './postgres/read-inputs.ts'
import { readArchivedWindow, readWindowEntries } from './postgres/read-window-entries.ts'
import { readArchivedCommits } from './read-archived-commits.ts'
import type { LayerName } from './settings.ts'
import type { ShardWork } from './shard-bell.ts'
import type { Input } from './spans.ts'
import { decodePart } from './tick-segment.ts'

export interface InputSource {
  pool: pg.Pool
  objects: ObjectStore
}

/** What an input names is not there: its ticks are no longer kept, or the store has lost them. */
class InputMissing extends Error {
  readonly code = 'input-missing'

  constructor(work: ShardWork, { number, key }: InputRow) {
    super(`${key} is missing, which input ${number} of shard ${work.shard} of world ${work.worldId} names`)
  }
}

/** What an input names is not what was stored. */
class InputDamaged extends Error {
  readonly code = 'input-damaged'

  constructor(work: ShardWork, { number, key }: InputRow, cause: Error) {
    super(
      `${key}: ${cause.message}; input ${number} of shard ${work.shard} of world ${work.worldId} names it`,
      {
        cause,
      },
    )
  }
}

/** Reads what an input holds: the shard's part of a segment, or the entries of a window of the layer's source. */
export const fetchInput = async (
  { pool, objects }: InputSource,
  work: ShardWork,
  row: InputRow,
  source: LayerName | null,
): Promise<Input> => {
  const { number, watermarkBefore, toTick: tick } = row
  if (source !== null) {
    const window = { worldId: work.worldId, layer: source, windowEnd: tick }
    const entries = await readWindow({ pool, objects }, window, work.shard)
    return { number, watermarkBefore, content: { kind: 'entries', tick, entries } }
  }
  const bytes = await objects.get(row.key!, { start: row.startByte, length: row.byteLength })
  if (bytes === undefined) throw new InputMissing(work, row)
  const { rows, traces } = await decodePart(bytes, work).catch((error: Error) => {
    throw new InputDamaged(work, row, error)
  })
  return { number, watermarkBefore, content: { kind: 'ticks', rows, traces } }
}

/** Entries, inside a region, of the commits of a window, out of the archive where they are there. @throws ArchiveDamaged */
export const readWindow = async (
  { pool, objects }: InputSource,
  window: { worldId: string; layer: LayerName; windowEnd: number },
  region: string,
): Promise<CommitEntry[]> => {
  // one state of the database: the archivist may move entries meanwhile, and they would be found twice, or not at all
  const { entries, archived } = await inTransaction(
    pool,
    async (client) => ({
      entries: await readWindowEntries(client, window, region),
      archived: await readArchivedWindow(client, window),
    }),
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  )
  for (const [key, commits] of Map.groupBy(archived, ({ key }) => key)) {
    const ids = commits.map(({ commitId }) => commitId)
    for (const commit of await readArchivedCommits(objects, key, ids))
      entries.push(...commit.entries.filter((entry) => isInside(entry.region, region)))
  }
  return entries
}
