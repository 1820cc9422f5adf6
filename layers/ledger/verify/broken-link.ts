import type { LayerKey } from '../ledger-store.ts'
import type { LinkRow } from '../postgres/read-links.ts'

/** Where a ledger is not what it says. What does not apply, or is not known, is absent. */
export interface BrokenLink {
  layer: string
  shard?: string
  /** Place in the chain. */
  number?: number
  commitId?: string
  /** Number of a manifest of the layer. */
  manifest?: number
  /** Cell of the layer's gamma. */
  region?: string
  /** What is wrong, as a sentence without its end. */
  what: string
}

/** The first link that does not hold ends a verification. */
export class LedgerBroken extends Error {
  readonly code = 'ledger-broken'
  readonly link: BrokenLink

  constructor(link: BrokenLink) {
    super(link.what)
    this.link = link
  }
}

export const brokenAt = (
  { layer }: Pick<LayerKey, 'layer'>,
  { shard, number, commitId }: Pick<LinkRow, 'shard' | 'number' | 'commitId'>,
  what: string,
): LedgerBroken => new LedgerBroken({ layer, shard, number, commitId, what })

/** Runs the checks one after the other up to the first that finds something. */
export const firstFault = (...checks: readonly (() => string | undefined)[]): string | undefined => {
  for (const check of checks) {
    const fault = check()
    if (fault !== undefined) return fault
  }
  return undefined
}
