import { type Queue, QueueRefused } from '#platform/queue/queue'
import type { BusEntry, Publisher, PublishResult } from './destination.ts'

/** Any of these values. */
type Match = (string | { prefix: string })[]

/** As a rule of EventBridge: an entry goes to the target when every field that is given matches. */
export interface Rule {
  name: string
  match: { detailType?: Match; worldId?: Match; tenantId?: Match }
  target: RuleTarget
}

export type RuleTarget =
  /** Gets the entry's `detail`; `groupId` for a FIFO queue. */
  | { kind: 'queue'; queue: Queue; groupId?: string }
  /** A rejection with `QueueRefused` refuses the entry for good, any other is tried again. */
  | { kind: 'function'; invoke(entry: BusEntry): Promise<void> }

const matches = (rule: Rule, entry: BusEntry): boolean =>
  (['detailType', 'worldId', 'tenantId'] as const).every((field) => {
    const match = rule.match[field]
    return match === undefined || match.some((value) => isMatch(value, entry[field]))
  })

const isMatch = (value: Match[number], actual: string): boolean =>
  typeof value === 'string' ? value === actual : actual.startsWith(value.prefix)

/**
 * The bus of `npm start`: brings each entry to the targets of the rules that match it, entry after entry. An
 * entry is accepted when all its targets took it; after one that was not, the rest waits, so that a world's
 * entries stay in order.
 */
export const createDispatcher = (rules: Rule[], newId: () => string): Publisher => ({
  publish: async (entries) => {
    const results: PublishResult[] = []
    for (const entry of entries) {
      const isHeld = results.some(({ status }) => status !== 'accepted')
      results.push(
        isHeld
          ? { status: 'retry', reason: 'an entry before it failed' }
          : await dispatch(rules, entry, newId),
      )
    }
    return results
  },
})

const dispatch = async (rules: Rule[], entry: BusEntry, newId: () => string): Promise<PublishResult> => {
  for (const rule of rules.filter((candidate) => matches(candidate, entry))) {
    try {
      await deliver(rule.target, entry, newId)
    } catch (error) {
      const reason = `rule ${rule.name}: ${error instanceof Error ? error.message : String(error)}`
      return { status: error instanceof QueueRefused ? 'refused' : 'retry', reason }
    }
  }
  return { status: 'accepted' }
}

const deliver = async (target: RuleTarget, entry: BusEntry, newId: () => string): Promise<void> => {
  if (target.kind === 'function') return target.invoke(entry)
  const { queue, groupId } = target
  await queue.send({
    body: entry.detail,
    ...(groupId === undefined ? {} : { groupId, deduplicationId: newId() }),
  })
}
