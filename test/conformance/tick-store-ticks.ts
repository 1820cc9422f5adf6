import { randomUUID } from 'node:crypto'
import type { StoredTick, TickSlice } from '#sync/tick-store'

export const startMs = 1_795_000_000_000
export const ttlMs = 600_000

export const newWorld = (): string => randomUUID()

const timestampOf = (tick: number): string => new Date(startMs + (tick % 1_000_000) * 100).toISOString()

/** A number that is not the tick's. */
const seqOf = (tick: number): number => (tick % 1_000_000) + 1_000

export const latestOf = (tick: number) => ({ tick, seq: seqOf(tick), timestamp: timestampOf(tick) })

export const regionOf = (index: number): string => `6:${index % 40}:${Math.floor(index / 40)}:-1`

export const textSlice = (region: string, text: string): TickSlice => ({
  region,
  data: new TextEncoder().encode(text),
})

/** A tick whose slices tell which tick and region they are of. */
export const tickOf = (
  tick: number,
  regions: readonly string[],
  more: Partial<StoredTick> = {},
): StoredTick => ({
  ...{ tick, firstTick: tick, afterSeq: seqOf(tick) - 1, seq: seqOf(tick), timestamp: timestampOf(tick) },
  slices: regions.map((region) => textSlice(region, `${region} at ${tick}`)),
  ...more,
})

/** Comparable: slices in the order of their regions, data as text that can be read in a difference. */
export const plain = (ticks: readonly StoredTick[]) =>
  ticks.map(({ slices, ...tick }) => ({
    ...tick,
    slices: slices
      .map(({ region, data }) => [region, Buffer.from(data).toString('latin1')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  }))
