import { accumulatorRegions, type OpenSpan, openSpanBytes } from './spans.ts'

/** What one process has added up of spans that are open, so that it need not read it again. */
export interface OpenSpans {
  /** The span, where nobody has worked on the shard since `put`; it is then the caller's. */
  take(shard: string, token: number): OpenSpan | undefined
  /** Keeps it for whoever takes the shard next; answers those that there is no room for any more. */
  put(shard: string, token: number, open: OpenSpan): EvictedSpan[]
  regions(): number
  bytes(): number
}

export interface EvictedSpan {
  shard: string
  token: number
  open: OpenSpan
}

/** @param maxBytes of all accumulators together; the one that was used longest ago goes first. */
export const createOpenSpans = (maxBytes: number): OpenSpans => {
  // in the order of their last use
  const spans = new Map<string, { token: number; open: OpenSpan; bytes: number }>()
  let bytes = 0

  const remove = (shard: string) => {
    const entry = spans.get(shard)
    if (entry === undefined) return undefined
    spans.delete(shard)
    bytes -= entry.bytes
    return entry
  }

  return {
    take: (shard, token) => {
      const entry = remove(shard)
      return entry !== undefined && entry.token === token - 1 ? entry.open : undefined
    },
    put: (shard, token, open) => {
      remove(shard)
      const entry = { token, open, bytes: openSpanBytes(open) }
      spans.set(shard, entry)
      bytes += entry.bytes
      const evicted: EvictedSpan[] = []
      for (const [name, { token, open }] of spans) {
        if (bytes <= maxBytes) break
        remove(name)
        evicted.push({ shard: name, token, open })
      }
      return evicted
    },
    regions: () => [...spans.values()].reduce((sum, { open }) => sum + accumulatorRegions(open), 0),
    bytes: () => bytes,
  }
}
