import type pg from 'pg'
import { archiveRows, clearBatches, type RetentionContext } from './archive.ts'
import { forgetRows } from './forget.ts'
import { sweepGarbage } from './garbage.ts'
import { cutoffsOf, planTable, type TablePlan, trainedToOf } from './plan.ts'
import { letLeave } from './postgres/batches.ts'
import { countRows, type RowCounts } from './postgres/rows.ts'
import {
  type Reader,
  readLastReader,
  readPinnedSeq,
  readSeqBefore,
  readTrainedSeq,
} from './postgres/standing.ts'
import { readState, type SourceState, type WorldKey } from './postgres/state.ts'
import { noteLooked, type RetainedWorld, readDueWorlds } from './postgres/worlds.ts'
import { type RetentionSettings, retentionSettings } from './settings.ts'
import { type Source, sources } from './sources.ts'

export type { RetentionContext } from './archive.ts'

/** What is to be done with one table of a world. */
export interface PlannedTable extends TablePlan {
  source: Source
  state: SourceState
  /** Data is old before these; null: it never is. */
  archiveBefore: Date | null
  expireBefore: Date | null
  /** Of events: whoever keeps older ones from leaving; null: nobody does. */
  waitsFor: Reader | null
}

const settingsOf = ({ settings }: Pick<RetainedWorld, 'settings'>): RetentionSettings =>
  retentionSettings.parse(settings.retention ?? {})

type Stores = Pick<RetentionContext, 'pool' | 'objects'>

/** What a run at that time would do, table by table. */
export const planWorld = async (
  stores: Stores,
  world: WorldKey,
  settings: RetentionSettings,
  now: Date,
): Promise<PlannedTable[]> => {
  const pins = {
    pinnedSeq: await readPinnedSeq(stores.pool, world.worldId),
    trainedSeq: await readTrainedSeq(stores.pool, world.worldId),
  }
  const planned: PlannedTable[] = []
  for (const source of sources) planned.push(await planSource(stores, world, settings, source, pins, now))
  return planned
}

const planSource = async (
  stores: Stores,
  world: WorldKey,
  settings: RetentionSettings,
  source: Source,
  { pinnedSeq, trainedSeq }: { pinnedSeq: number; trainedSeq: number | null },
  now: Date,
): Promise<PlannedTable> => {
  const { pool } = stores
  const { archive, expire } = cutoffsOf(settings[source.kind], now)
  const seqBefore = (hour: Date | null) => (hour === null ? null : readSeqBefore(pool, world.worldId, hour))
  const [archiveSeq, expireSeq] = [await seqBefore(archive), await seqBefore(expire)]
  const reader = source.kind === 'events' ? ((await readLastReader(stores, world.worldId)) ?? null) : null
  const state = await readState(pool, world, source.table)
  const isHeld = settings.legalHold !== null
  const trainedTo = trainedToOf(source, trainedSeq)
  const standing = { archiveSeq, expireSeq, passedSeq: reader?.seq ?? null, pinnedSeq, trainedTo, isHeld }
  const wanted = Math.max(archiveSeq ?? 0, expireSeq ?? 0)
  return {
    ...{ source, state, archiveBefore: archive, expireBefore: expire },
    waitsFor: reader !== null && reader.seq < wanted ? reader : null,
    ...planTable({ ...standing, archivedTo: state.archivedTo }),
  }
}

/** How many rows a plan would move and delete. */
export const countPlan = (
  pool: pg.Pool,
  { worldId }: WorldKey,
  { source, state, archiveTo, expireTo, keepTo }: PlannedTable,
): Promise<RowCounts> =>
  countRows(pool, source, worldId, [Math.max(state.archivedTo, expireTo), archiveTo, expireTo, keepTo])

export interface Done {
  archived: number
  expired: number
}

/** Does what the world's policy wants done now. Any number of times, by any number of processes. */
export const runWorld = async (
  context: RetentionContext,
  world: WorldKey,
  settings: RetentionSettings,
): Promise<Done> => {
  const { pool, objects, now } = context
  const at = now()
  const done: Done = { archived: 0, expired: 0 }
  const reader = await readLastReader(context, world.worldId)
  await letLeave(pool, world.worldId, at, reader?.seq ?? Number.MAX_SAFE_INTEGER)
  await clearBatches(context, world)
  for (const { source, archiveTo, expireTo, keepTo } of await planWorld(context, world, settings, at)) {
    if (context.signal?.aborted) return done
    if (expireTo > 0) done.expired += (await forgetRows(context, world, source, { expireTo, keepTo })) ?? 0
    done.archived += await archiveRows(context, world, source, archiveTo)
    await clearBatches(context, world)
  }
  await sweepGarbage(pool, objects, world.worldId)
  return done
}

const hourMs = 3_600_000

/** Does for all worlds what has not been done since this hour began; one that fails does not keep the others from it. */
export const runRetention = async (
  context: RetentionContext,
  report: (error: unknown, worldId: string) => void,
): Promise<Done> => {
  const { pool, now, signal } = context
  const hour = new Date(Math.floor(now().getTime() / hourMs) * hourMs)
  const total: Done = { archived: 0, expired: 0 }
  for (let after: string | undefined; ; ) {
    const worlds = await readDueWorlds(pool, hour, after)
    for (const world of worlds) {
      try {
        const { archived, expired } = await runWorld(context, world, settingsOf(world))
        total.archived += archived
        total.expired += expired
        if (signal?.aborted) return total
        await noteLooked(pool, world, now())
      } catch (error) {
        report(error, world.worldId)
      }
    }
    after = worlds.at(-1)?.worldId
    if (worlds.length < 100) return total
  }
}
