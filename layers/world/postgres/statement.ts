import type { WorkingSet } from '../working-set.ts'

/** Where the rows go. */
export interface StoreTarget {
  tenantId: string
  world: string
  worldId: string
}

/** One statement of a group's transaction; its text is a constant of the code. */
export interface Statement {
  text: string
  values: unknown[]
}

/** The log's head before the group: a row with a `fromSeq` up to here was there, one beyond it is the group's. */
export const seqBefore = (set: WorkingSet): number => set.seq - set.events.length
