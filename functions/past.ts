import { AsyncLocalStorage } from 'node:async_hooks'
import type pg from 'pg'
import { HttpProblem } from '#platform/http/problem'
import type { RouteOutput } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { lookForBatches, type Wanted } from '#retention/postgres/batches'
import { PastArchived, PastExpired, PastTooLarge, reachPast, recallPast } from '#retention/recall'
import { type RetentionKind, tablesOf } from '#retention/sources'
import type { ApiContext } from './api-context.ts'

const answering = new AsyncLocalStorage<{ isArchived: boolean }>()

/** Runs a route; its answer says where some of it came from the archive (docs/retention.md). */
export const answerPast = (handle: () => Promise<RouteOutput>): Promise<RouteOutput> => {
  const mark = { isArchived: false }
  return answering.run(mark, async () => {
    const output = await handle()
    if (!mark.isArchived) return output
    return { ...output, headers: { ...output.headers, 'orrery-archived': 'true' } }
  })
}

/** What a read of the past needs; default: history and chronicles, of all entities. */
export interface PastNeed {
  kinds?: readonly RetentionKind[]
  entityId?: string
}

/** @throws PastArchived, PastExpired: `withPast` sees to both. */
export const reachSeq = (
  client: pg.ClientBase,
  worldId: string,
  at: number | { after: number; to: number },
  { kinds = ['history', 'chronicles'], entityId }: PastNeed = {},
): Promise<void> => reach(client, worldId, { sources: kinds.flatMap(tablesOf), at, entityId })

/**
 * Of what a read that may do without a part of it needs: what is in the archive, whatever has expired.
 *
 * @throws PastArchived: `withPast` sees to it.
 */
export const reachKept = async (client: pg.ClientBase, worldId: string, wanted: Wanted): Promise<void> => {
  const { batches, away } = await lookForBatches(client, worldId, wanted)
  if (away > 0) throw new PastArchived(worldId, wanted)
  markArchived(batches > 0)
}

const reach = async (...what: Parameters<typeof reachPast>): Promise<void> => {
  const { isArchived } = await reachPast(...what)
  markArchived(isArchived)
}

const markArchived = (isArchived: boolean): void => {
  const mark = answering.getStore()
  if (mark !== undefined && isArchived) mark.isArchived = true
}

/** A read that is told so often that something more has gone to the archive meanwhile has bad luck. */
const attempts = 5

/**
 * Reads, and where a part of it is in the archive brings that back and reads again.
 *
 * @throws HttpProblem 410 where it is kept no longer, 409 where too much would have to be brought back, 503 where this
 * process cannot read the archive
 */
export const withPast = async <T>(
  context: Pick<ApiContext, 'readers' | 'archive'>,
  tenantId: string,
  read: () => Promise<T>,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read()
    } catch (error) {
      if (error instanceof PastExpired) throw gone(error)
      if (!(error instanceof PastArchived) || attempt === attempts) throw error
      await recall(context, tenantId, error)
    }
  }
}

/** Brings what is asked for back. @throws HttpProblem 409, 503 */
export const recall = async (
  { readers, archive }: Pick<ApiContext, 'readers' | 'archive'>,
  tenantId: string,
  { worldId, wanted }: PastArchived,
): Promise<void> => {
  if (archive === undefined) throw noArchive()
  try {
    await recallPast(
      {
        objects: archive,
        now: () => new Date(),
        transact: (work) => inTenantTransaction(readers, tenantId, work),
      },
      worldId,
      wanted,
    )
  } catch (error) {
    throw error instanceof PastTooLarge ? tooLarge(error, wanted.at) : error
  }
}

const gone = (error: PastExpired): HttpProblem =>
  new HttpProblem(
    410,
    'No longer kept',
    `What was asked for is kept no longer; the oldest seq from there on that can be read is ${error.oldestSeq}.`,
    { members: { oldestSeq: error.oldestSeq }, cause: error },
  )

const noArchive = (): HttpProblem =>
  new HttpProblem(
    503,
    'Archive unavailable',
    'What was asked for is in the archive, which cannot be read here.',
  )

const tooLarge = (error: PastTooLarge, at: number | { to: number }): HttpProblem =>
  new HttpProblem(
    409,
    'Too much is archived',
    `${error.rows} archived rows are needed, more than a request brings back: an administrator can, with ` +
      `npm run retention -- restore --world WORLD --at ${typeof at === 'number' ? at : at.to}.`,
    { members: { archivedRows: error.rows }, cause: error },
  )
