import type { StoredTick, TickSlice } from '../../tick-store.ts'
import { bucketOf, heads, type Item, partitionOf, type WrittenTick, writtenKey, writtenOf } from './keys.ts'

/** A tick without the slices that lie elsewhere. */
export interface Head extends WrittenTick {
  /** `slices`: those that the head itself holds. */
  stored: StoredTick
  /** All its slices are in it. */
  isWhole: boolean
  heldUntilMs: number
}

/**
 * A write is paid by the KB and a row has some 250 bytes without slices: a tick of few changes, which is what most are, costs
 * one unit instead of one and one for each region; and whoever wants another region reads no more than the head anyway.
 */
const inlineBytes = 700

export const fitsInHead = (slices: readonly TickSlice[]): boolean => {
  let bytes = 0
  for (const { region, data } of slices) {
    bytes += 3 * region.length + data.length + 4
    if (bytes > inlineBytes) return false
  }
  return true
}

export const toHead = (
  worldId: string,
  writer: string,
  stored: StoredTick,
  heldUntilMs: number,
  expiresAt: number,
): Item => {
  const { tick, firstTick, afterSeq, seq, timestamp, slices } = stored
  return {
    partition: { S: partitionOf(worldId, heads, bucketOf(tick)) },
    key: { S: writtenKey({ tick, writer }) },
    firstTick: { N: String(firstTick) },
    afterSeq: { N: String(afterSeq) },
    seq: { N: String(seq) },
    timestamp: { S: timestamp },
    heldUntil: { N: String(heldUntilMs) },
    expiresAt: { N: String(expiresAt) },
    ...(fitsInHead(slices) && {
      slices: {
        M: Object.fromEntries(
          // not every server takes an empty one
          slices.map(({ region, data }) => [region, data.length > 0 ? { B: data } : { NULL: true }]),
        ),
      },
    }),
  }
}

export const headOf = (item: Item): Head => {
  const written = writtenOf(item.key!.S!)
  const number = (name: string): number => Number(item[name]!.N)
  const slices = Object.entries(item.slices?.M ?? {})
  return {
    ...written,
    stored: {
      tick: written.tick,
      firstTick: number('firstTick'),
      afterSeq: number('afterSeq'),
      seq: number('seq'),
      timestamp: item.timestamp!.S!,
      slices: slices.map(([region, { B: data }]) => ({ region, data: data ?? new Uint8Array() })),
    },
    isWhole: item.slices !== undefined,
    heldUntilMs: number('heldUntil'),
  }
}
