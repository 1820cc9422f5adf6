/** The headings of docs/runbook.md that this app sends people to; a test compares them. */
export const runbookSections = [
  'oldest-unpublished-event',
  'queue-age',
  'dead-letters',
  'function-errors',
  'function-throttles',
  'api-errors',
  'api-latency',
  'physics-tick-time',
  'physics-tasks',
  'commit-latency',
  'commit-failures',
  'ledger-lag',
  'accumulator-bytes',
  'chronicle-projection',
  'chronicle-differences',
  'database-capacity',
  'database-connections',
  'overflow-waiting',
  'migration-failed',
] as const

export type RunbookSection = (typeof runbookSections)[number]
