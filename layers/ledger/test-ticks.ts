import fc from 'fast-check'
import { noHash } from './commit.ts'
import { everything, regionAbove } from './place.ts'
import { type LedgerSettings, ledgerSettings } from './settings.ts'
import { type Input, openSpan, type ShardState } from './spans.ts'
import { type EntityTick, rowsOfTicks } from './tick-rows.ts'
import type { Cut } from './windows.ts'

/** For tests: ticks, inputs and settings. */

const tickArbitrary = (maxTick: number): fc.Arbitrary<EntityTick> =>
  fc.record({
    entityId: fc.constantFrom('a', 'b', 'c', 'ä', '🪐'),
    tickId: fc.integer({ min: 1, max: maxTick }),
    x: fc.double({ min: -40, max: 40, noNaN: true }),
    y: fc.double({ min: -40, max: 40, noNaN: true }),
    z: fc.double({ min: -40, max: 40, noNaN: true }),
    activity: fc.oneof(fc.constantFrom(0, 1, 0.1, 1e9, 1e-7), fc.double({ min: 0, max: 1e6, noNaN: true })),
    jitter: fc.constant(0),
  })

/** Each entity ticks once a tick. */
export const ticksArbitrary = (maxTick: number): fc.Arbitrary<EntityTick[]> =>
  fc.uniqueArray(tickArbitrary(maxTick), {
    selector: ({ entityId, tickId }) => `${tickId} ${entityId}`,
    maxLength: 60,
  })

export const settingsOf = (settings: object = {}): LedgerSettings => ledgerSettings.parse(settings)

export const cutsOf = (settings: object = {}): Cut[] => [
  { fromTick: 1, afterSegment: 0, settings: settingsOf(settings) },
]

export const firstState = (): ShardState => ({
  ...{ tenantId: 'local', worldId: '00000000-0000-7000-8000-000000000000', layer: 'atomic' },
  ...{ shard: '12:0:0:0', number: 0, hash: noHash, committedTo: 0, fromInput: 1, seenInput: 0 },
})

export const emptySpan = () => openSpan(firstState())

/** Ticks as the inputs of a producer that sends them in these pieces, each with the watermark after it. */
export const inputsOf = (pieces: readonly { ticks: readonly EntityTick[]; watermark: number }[]): Input[] => {
  let watermark = 0
  return pieces.map((piece, at) => {
    const watermarkBefore = watermark
    watermark = Math.max(watermark, piece.watermark)
    const rows = rowsOfTicks(piece.ticks)
    return { number: at + 1, watermarkBefore, content: { kind: 'ticks', rows, traces: [] } }
  })
}

/** The region of a position at a cell size, the slow way. */
export const regionOf = ({ x, y, z }: { x: number; y: number; z: number }, cell: number | '*'): string =>
  cell === '*'
    ? everything
    : regionAbove(`0:${[x, y, z].map((at) => String(Math.floor(at) + 0)).join(':')}`, cell)
