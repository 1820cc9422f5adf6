import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTransaction } from '#platform/postgres/pool'
import { PastExpired, PastTooLarge } from '#retention/recall'
import type { EntityRecord } from '#world/read/entities'
import {
  countsOf,
  type DatasetFormat,
  type DatasetPart,
  manifestKey,
  partKey,
  partRows,
  sha256Of,
} from './dataset.ts'
import { snapshotLimit } from './epoch.ts'
import { passes } from './make-epoch.ts'
import { manifestOf } from './manifest.ts'
import { samplesAsLines } from './ndjson.ts'
import { parquetPieces } from './parquet.ts'
import { type Read, TooManyStrata } from './plan.ts'
import { readParts } from './postgres/read-datasets.ts'
import { snapshotsAfter } from './postgres/snapshots-after.ts'
import {
  addPart,
  appendSnapshots,
  datasetsBehind,
  dropParts,
  type FollowingDataset,
  leaveDataset,
  markFull,
  type TakenDataset,
  takeDataset,
} from './postgres/work-on-datasets.ts'
import { createPastRead } from './read-past.ts'
import type { Sample } from './sample.ts'
import { pagesOfSnapshot, type SampleSource } from './samples.ts'

export interface DatasetContext {
  /** As orrery_background. */
  pool: pg.Pool
  objects: ObjectStore
  /** Sensitive components are hidden: files are read by whoever may read the store. */
  hide: (entity: EntityRecord) => EntityRecord
  /** Whether to leave the rest to another time. */
  isOver: () => boolean
}

/** Until somebody else may take it: a part is made in some seconds. */
const heldMs = 120_000

/**
 * Works on the datasets of a world, or of all: those that follow get the snapshots that were cut, and what waits is written,
 * part by part. A part that is noted is in the store; any number of processes may do this, and any of them may be killed.
 * Answers whether something is left to be done.
 *
 * @throws what PostgreSQL and the object store throw; the work goes on where it was when somebody serves again.
 */
export const serveDatasets = async (
  context: DatasetContext,
  worldId: string | undefined,
): Promise<boolean> => {
  for (;;) {
    const taken = await takeDataset(context.pool, worldId, heldMs)
    if (taken !== undefined) {
      if (!(await workOn(context, taken))) return true
      continue
    }
    const behind = await datasetsBehind(context.pool, worldId)
    if (behind.length === 0) return false
    for (const dataset of behind) await appendLater(context, dataset)
    if (context.isOver()) return true
  }
}

const workOn = async (context: DatasetContext, dataset: TakenDataset): Promise<boolean> => {
  const { pool } = context
  try {
    const parts = await keptParts(context, dataset)
    if (!(await writeParts(context, dataset, parts))) return false
    await context.objects.put(
      manifestKey(dataset),
      Buffer.from(manifestOf(dataset, dataset.spaceName, parts)),
    )
    await leaveDataset(pool, dataset, 'done')
    return true
  } catch (error) {
    const { code, message: detail } = error as Error & { code?: string }
    const problem = { code: typeof code === 'string' ? code : 'unexpected', detail }
    if (error instanceof TooManyStrata || error instanceof PastExpired || error instanceof PastTooLarge) {
      await leaveDataset(pool, dataset, 'failed', problem)
      return true
    }
    await leaveDataset(pool, dataset, 'waiting', problem).catch(() => {})
    throw error
  }
}

/** What has been made before; after somebody went away, as far as it really is in the store. */
const keptParts = async (
  { pool, objects }: DatasetContext,
  dataset: TakenDataset,
): Promise<DatasetPart[]> => {
  const parts = await readParts(pool, dataset.datasetId)
  if (!dataset.wasLost) return parts
  for (const [at, { key, sha256 }] of parts.entries()) {
    const bytes = await objects.get(key)
    if (bytes !== undefined && sha256Of(bytes) === sha256) continue
    await dropParts(pool, dataset, at)
    return parts.slice(0, at)
  }
  return parts
}

/** Writes what is missing and adds it to `parts`; false: left to another time, or taken by somebody else. */
const writeParts = async (
  context: DatasetContext,
  dataset: TakenDataset,
  parts: DatasetPart[],
): Promise<boolean> => {
  const last = parts.at(-1)
  const isWithin = last !== undefined && last.lastEntity !== null
  const first = last === undefined ? 0 : isWithin ? last.snapshot : last.snapshot + 1
  for (let at = first; at < dataset.snapshots.length; at++) {
    const after = isWithin && at === first ? last.lastEntity! : ''
    for await (const { samples, lastEntity } of partsOfSnapshot(sourceOf(context, dataset), at, after)) {
      const part = await putPart(
        context.objects,
        dataset,
        { part: parts.length, snapshot: at, lastEntity },
        samples,
      )
      if (!(await addPart(context.pool, dataset, part, heldMs))) return false
      parts.push(part)
      const isLast = lastEntity === null && at === dataset.snapshots.length - 1
      if (!isLast && context.isOver()) {
        await leaveDataset(context.pool, dataset, 'waiting')
        return false
      }
    }
  }
  return true
}

const readOf = ({ pool, objects }: Pick<DatasetContext, 'pool' | 'objects'>): Read =>
  createPastRead((work, begin) => inTransaction(pool, work, begin), objects)

const sourceOf = (context: DatasetContext, { snapshots, selection }: TakenDataset): SampleSource => ({
  ...{ snapshots, selection },
  read: readOf(context),
  open: async (entities) => entities.map(context.hide),
})

/** The samples of a snapshot by files: where one ends depends on nothing but how many there are. */
async function* partsOfSnapshot(
  source: SampleSource,
  at: number,
  after: string,
): AsyncGenerator<{ samples: Sample[]; lastEntity: string | null }> {
  let samples: Sample[] = []
  for await (const page of pagesOfSnapshot(source, at, after)) {
    samples.push(...page)
    while (samples.length > partRows) {
      yield { samples: samples.slice(0, partRows), lastEntity: samples[partRows - 1]!.entity_id }
      samples = samples.slice(partRows)
    }
  }
  yield { samples, lastEntity: null }
}

const putPart = async (
  objects: ObjectStore,
  dataset: TakenDataset,
  place: Pick<DatasetPart, 'part' | 'snapshot' | 'lastEntity'>,
  samples: Sample[],
): Promise<DatasetPart> => {
  const bytes = await encode(dataset.format, samples)
  const key = partKey(dataset, place.part)
  await objects.put(key, bytes)
  const counts = countsOf(samples)
  return { ...place, key, rows: samples.length, bytes: bytes.length, sha256: sha256Of(bytes), counts }
}

const encode = async (format: DatasetFormat, samples: Sample[]): Promise<Buffer> => {
  if (format === 'ndjson') return Buffer.from(samplesAsLines(samples))
  const pieces: Uint8Array[] = []
  for await (const piece of parquetPieces(onePage(samples))) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function* onePage(samples: Sample[]): AsyncGenerator<Sample[]> {
  yield samples
}

/** Snapshots that are looked at in one step. */
const laterLimit = 100

const appendLater = async (context: DatasetContext, dataset: FollowingDataset): Promise<void> => {
  const { pool } = context
  const room = snapshotLimit - dataset.snapshots.length
  if (room <= 0)
    return markFull(pool, dataset.datasetId, `it has ${snapshotLimit} snapshots, as many as one may have`)
  const later = await snapshotsAfter(pool, dataset.worldId, dataset.followedSeq, Math.min(room, laterLimit))
  const kept = []
  for (const snapshot of later)
    if (await passes(readOf(context), snapshot, dataset.filters)) {
      const { snapshotId, worldId, seq, createdAt } = snapshot
      kept.push({ snapshotId, worldId, seq, createdAt })
    }
  await appendSnapshots(pool, dataset, later.at(-1)!.seq, kept)
}
