import type pg from 'pg'
import { inTenantTransaction } from '#platform/postgres/pool'
import { addCounts, type Copying, type Counts, copyRange, prepareCopying } from './copy-range.ts'
import { noteParts } from './fork-parts.ts'
import type { IdRange } from './id-ranges.ts'

/** A second transaction that copies ranges of a fork. */
export interface CopyBeside {
  /**
   * What it has copied, once it finds no more; undefined where it came to nothing: what it had taken is to be copied
   * again. Does not wait for one that has not begun, and then it will not begin.
   */
  copied(): Promise<Counts | undefined>
  /** Makes durable what was copied. @throws where that is not sure. */
  commit(): Promise<void>
  /** Undoes what was copied and not committed, without waiting for it. */
  abandon(): void
}

class Abandoned extends Error {
  readonly code = 'abandoned'
}

// What waits for a table behind somebody who wants it for himself (a migration), who waits for the fork, waits for ever
const lockTimeoutText = `SELECT set_config('lock_timeout', '5s', true)`

/**
 * Begins to take ranges from the front of `waiting` and to copy them, with a connection of the pool as soon as there is one.
 * Where it fails those that it took are put back.
 */
export const copyBeside = (pool: pg.Pool, copying: Copying, waiting: IdRange[]): CopyBeside => {
  const end = Promise.withResolvers<'commit' | 'abandon'>()
  const copied = Promise.withResolvers<Counts | undefined>()
  const taken: IdRange[] = []
  let isAbandoned = false

  const take = (): IdRange | undefined => {
    if (isAbandoned) throw new Abandoned()
    const range = waiting.shift()
    if (range !== undefined) taken.push(range)
    return range
  }

  const copyAll = async (client: pg.PoolClient): Promise<void> => {
    let range = take()
    if (range === undefined) throw new Abandoned()
    await client.query(lockTimeoutText)
    await prepareCopying(client)
    let counts: Counts = { entities: 0, relationships: 0, activeBodies: 0 }
    for (; range !== undefined; range = take())
      counts = addCounts(counts, await copyRange(client, copying, range))
    await noteParts(client, copying.target)
    copied.resolve(counts)
    if ((await end.promise) === 'abandon') throw new Abandoned()
  }

  const transaction = inTenantTransaction(pool, copying.target.tenantId, copyAll)
  // whoever copies the rest copies that too, and meets with what failed here where it is no accident
  transaction.catch(() => {
    waiting.push(...taken.splice(0))
    copied.resolve(undefined)
  })
  const abandon = (): void => {
    isAbandoned = true
    end.resolve('abandon')
  }
  return {
    copied: () => {
      if (taken.length > 0) return copied.promise
      abandon()
      return Promise.resolve(undefined)
    },
    commit: async () => {
      end.resolve('commit')
      await transaction
    },
    abandon,
  }
}
