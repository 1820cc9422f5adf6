import { inTenantTransaction } from '#platform/postgres/pool'
import { lookForBatches } from '#retention/postgres/batches'
import { PastArchived } from '#retention/recall'
import type { Read } from '#training/plan'
import type { ApiContext } from '../api-context.ts'
import { reachSeq, recall, withPast } from '../past.ts'

/** Metadata of snapshots is kept where it is computed. */
const oneState = 'BEGIN ISOLATION LEVEL REPEATABLE READ'

/** Reads of snapshots as the tenant; see `withPast`. */
export const pastRead =
  (context: ApiContext, tenantId: string): Read =>
  ({ worldId, seq }, work) =>
    withPast(context, tenantId, () =>
      inTenantTransaction(
        context.readers,
        tenantId,
        async (client) => {
          await reachSeq(client, worldId, seq, { kinds: ['history'] })
          return work(client)
        },
        oneState,
      ),
    )

/** What a time range holds is listed in the table. Snapshots that have expired are no part of it. */
export const snapshotRecall =
  (context: ApiContext, tenantId: string) =>
  async (worldId: string): Promise<void> => {
    const wanted = { sources: ['scene_snapshots'] as const, at: { after: 0, to: Number.MAX_SAFE_INTEGER } }
    const { away } = await inTenantTransaction(context.readers, tenantId, (client) =>
      lookForBatches(client, worldId, wanted),
    )
    if (away > 0) await recall(context, tenantId, new PastArchived(worldId, wanted))
  }
