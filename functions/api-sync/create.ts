import type pg from 'pg'
import type { Fact } from '#sync/facts'
import type { HolderAddress } from '#sync/holder-ticks'
import { createReads } from '#sync/postgres/reads'
import { createSync, type Sync, type SyncOptions } from '#sync/sync'
import type { JsonObject, WorldEvent } from '#world/event'
import { holderAddress } from '../api-world/physics-client.ts'
import { hideSealed, hideSealedChanges, hideSealedEvent } from '../sealed-answers.ts'

export type MakeSync = (readers: pg.Pool, report: (error: unknown) => void) => Sync

/** What a stream tells is the same for all who watch a world: nobody sees sensitive components in it. */
const hide = (event: WorldEvent): WorldEvent =>
  ({ ...event, data: hideSealedEvent(event.data as unknown as JsonObject) }) as unknown as WorldEvent

const hideFact = (fact: Fact): Fact => {
  if (fact.kind === 'deleted') return fact
  return fact.kind === 'created'
    ? { kind: 'created', entity: hideSealed(fact.entity) }
    : { kind: 'updated', changes: hideSealedChanges(fact.changes) }
}

/** Makes what tells clients of worlds, on the pool of an API. */
export const makeSync =
  (options: Pick<SyncOptions, 'pollMs' | 'limits' | 'readTicks'>): MakeSync =>
  (readers, report) => {
    const addressOf: HolderAddress = ({ tenantId, worldId }) => holderAddress({ readers }, tenantId, worldId)
    const reads = createReads(readers, { entity: hideSealed, event: hide }, addressOf)
    return createSync({ ...options, hide, hideFact, report, reads, addressOf })
  }
