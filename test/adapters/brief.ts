import type { SuiteOptions } from '../conformance/ledger-store-suite.ts'

/** `npm run test:adapters -- --brief`: every case on every database, with few random ledgers and one crash, as CI has it. */
export const isBrief = process.env.ADAPTERS_BRIEF === 'true'

export const unlessBrief = (options: SuiteOptions): SuiteOptions =>
  isBrief ? { numRuns: 3, kills: 1 } : options
