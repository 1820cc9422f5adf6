import type { BusEntry } from '#relay/destination'
import type { Rule } from '#relay/dispatcher'
import type { EventBatch } from '#world/event'
import type { Api } from '../../functions/create-api.ts'

/** The rule of the local bus by which the API's cache hears of changes that other processes write. */
export interface CacheRule {
  rule: Rule
  /** Who is told; before that nobody has read anything yet. */
  tell(changed: Api['changed']): void
}

export const createCacheRule = (): CacheRule => {
  let tell: Api['changed'] | undefined
  const invoke = async ({ worldId, tenantId, detail }: BusEntry): Promise<void> => {
    const event = JSON.parse(detail) as EventBatch['events'][number]
    await tell?.({ worldId, tenantId }, [event])
  }
  return {
    rule: {
      name: 'entity-cache',
      match: { detailType: [{ prefix: 'entity.' }] },
      target: { kind: 'function', invoke },
    },
    tell: (changed) => {
      tell = changed
    },
  }
}
