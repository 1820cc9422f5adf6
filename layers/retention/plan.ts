import type { RetentionPolicy } from './settings.ts'
import type { Source } from './sources.ts'

const hourMs = 3_600_000

/** Before when data is old: the beginning of an hour. null: none is. */
export interface Cutoffs {
  archive: Date | null
  expire: Date | null
}

/** Times count in whole hours, so that where something ends does not depend on the minute of a run. */
export const cutoffsOf = ({ hotDays, archive, expireDays }: RetentionPolicy, now: Date): Cutoffs => ({
  archive: archive ? hoursAgo(now, hotDays!) : null,
  expire: expireDays === null ? null : hoursAgo(now, expireDays),
})

const hoursAgo = (now: Date, days: number): Date =>
  new Date((Math.floor(now.getTime() / hourMs) - 24 * days) * hourMs)

/** What there is of one table, as far as it matters to what becomes of its rows. */
export interface Standing {
  /** The last seqs before the cutoffs; null: there is no such cutoff. */
  archiveSeq: number | null
  expireSeq: number | null
  /** The last seq that everybody who reads the log in order has come to; null: nobody does. */
  passedSeq: number | null
  /** The last seq that a fork's past goes back to; 0: no fork. */
  pinnedSeq: number
  /** The first seq that a training set stands on, as the table's rows end for it; null: none does. */
  trainedTo: number | null
  isHeld: boolean
  archivedTo: number
}

/** What a run does with the rows of one table. */
export interface TablePlan {
  /** Rows that ended after `archivedTo` and up to this seq go to the archive. */
  archiveTo: number
  /** Rows that ended up to this seq and began after `keepTo` are deleted, in the archive too; 0: none. */
  expireTo: number
  keepTo: number
}

/** Nothing goes before it is read, nothing is forgotten that a fork or a training set needs, or while a hold stands. */
export const planTable = (standing: Standing): TablePlan => {
  const { archiveSeq, expireSeq, passedSeq, pinnedSeq, trainedTo, isHeld, archivedTo } = standing
  const passed = passedSeq ?? Number.POSITIVE_INFINITY
  const expireTo = isHeld || expireSeq === null ? 0 : Math.min(expireSeq, passed, trainedTo ?? expireSeq)
  const archiveTo = archiveSeq === null ? archivedTo : Math.max(archivedTo, Math.min(archiveSeq, passed))
  return { archiveTo, expireTo, keepTo: pinnedSeq }
}

/** Up to where rows of a table may have ended that are not needed as of a seq; null: anywhere. */
export const trainedToOf = ({ kind }: Source, trainedSeq: number | null): number | null => {
  if (trainedSeq === null || (kind !== 'history' && kind !== 'sceneSnapshots')) return null
  // what ended at a seq was not read as of it; a snapshot is at its own
  return kind === 'history' ? trainedSeq : trainedSeq - 1
}
