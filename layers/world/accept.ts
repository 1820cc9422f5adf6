import type { OverflowStore } from '#platform/overflow/overflow'
import { isDatabaseUnavailable } from '#platform/postgres/pool'
import type { WriteOutcome, WriteRequest } from './commands.ts'
import type { WorldWriter } from './writer.ts'

/** A write was applied or refused, or waits in the overflow until the database is back. */
export type Acceptance = WriteOutcome | { status: 'waiting' }

/**
 * I9: the request is in PostgreSQL or in the overflow when this resolves. While a request of its world waits,
 * so does every later one. A request whose transaction was cut off goes to the overflow under the same id,
 * so that it takes effect once whether the cut came before the commit or after it.
 *
 * @throws what PostgreSQL throws, other than being away; OverflowUnavailable: the request is in neither, as far as
 * can be told.
 */
export const acceptWrite = async (
  { writer, overflow }: { writer: WorldWriter; overflow: OverflowStore },
  request: WriteRequest,
): Promise<Acceptance> => {
  const key = { tenantId: request.tenantId, world: request.world }
  if (!(await overflow.isDiverted(key))) {
    try {
      return await writer.write(request)
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error
    }
  }
  await overflow.divert(key, { ...request })
  return { status: 'waiting' }
}
