import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { PastArchived, reachPast, recallPast } from '#retention/recall'
import { tablesOf } from '#retention/sources'
import type { Read } from './plan.ts'

/** Something more has gone to the archive each time. */
const attempts = 5

/** Begins a transaction that sees one state of the database; metadata that is computed in it is kept. */
const oneState = 'BEGIN ISOLATION LEVEL REPEATABLE READ'

/**
 * Reads snapshots, wherever the history is that they are cuts of: what is in the archive is brought back first.
 *
 * @throws (of a read) PastExpired, PastTooLarge.
 */
export const createPastRead =
  (
    transact: <T>(work: (client: pg.PoolClient) => Promise<T>, begin?: string) => Promise<T>,
    objects: ObjectStore,
  ): Read =>
  async ({ worldId, seq }, work) => {
    const wanted = { sources: tablesOf('history'), at: seq }
    for (let attempt = 1; ; attempt++) {
      try {
        return await transact(async (client) => {
          await reachPast(client, worldId, wanted)
          return work(client)
        }, oneState)
      } catch (error) {
        if (!(error instanceof PastArchived) || attempt === attempts) throw error
        await recallPast({ objects, transact, now: () => new Date() }, worldId, wanted)
      }
    }
  }
