import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { decodeBatch } from './archive-batch.ts'
import type { CommitEntry } from './commit.ts'
import { isInside } from './place.ts'
import type { InputRow } from './postgres/read-inputs.ts'
import { readArchivedWindow, readWindowEntries } from './postgres/read-window-entries.ts'
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
    const entries = await windowEntries({ pool, objects }, { ...work, layer: source, windowEnd: tick })
    return { number, watermarkBefore, content: { kind: 'entries', tick, entries } }
  }
  const bytes = await objects.get(row.key!, { start: row.startByte, length: row.byteLength })
  if (bytes === undefined) throw new InputMissing(work, row)
  const { rows, traces } = await decodePart(bytes, work).catch((error: Error) => {
    throw new InputDamaged(work, row, error)
  })
  return { number, watermarkBefore, content: { kind: 'ticks', rows, traces } }
}

const windowEntries = async (
  { pool, objects }: InputSource,
  window: { worldId: string; layer: LayerName; windowEnd: number; shard: string },
): Promise<CommitEntry[]> => {
  const entries = await readWindowEntries(pool, window, window.shard)
  const archived = await readArchivedWindow(pool, window)
  for (const [key, commits] of Map.groupBy(archived, ({ key }) => key)) {
    const wanted = new Set(commits.map(({ commitId }) => commitId))
    const bytes = await objects.get(key)
    if (bytes === undefined) throw new Error(`the archive ${key} is missing`)
    for (const commit of await decodeBatch(key, bytes)) {
      if (!wanted.has(commit.commitId)) continue
      entries.push(...commit.entries.filter(({ region }) => isInside(region, window.shard)))
    }
  }
  return entries
}
