import type { Citation, StoryEvent } from '../questions/source.ts'

export const contradictionRules = [
  'acts-after-end',
  'two-places-at-once',
  'item-held-by-two',
  'gave-what-another-held',
  'born-twice',
  'told-before-its-cause',
  'causal-cycle',
  'feeling-for-itself',
] as const
export type ContradictionRule = (typeof contradictionRules)[number]

/** What a story says that cannot be so. */
export interface Contradiction {
  rule: ContradictionRule
  /** For people. */
  message: string
  /** Whom it is about; absent: events alone. */
  entityId?: string
  /** Those that contradict each other, in the order of the story. */
  events: Citation[]
}

export const cite = ({ chronicleId, eventId, seq }: StoryEvent): Citation => ({ chronicleId, eventId, seq })
