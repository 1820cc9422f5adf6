import { ledgerSettings } from '#ledger/settings'
import type { EntityTick } from '#ledger/tick-rows'

/** All five layers with short windows and small shards, so that a hundred ticks make some hundred commits. */
export const fiveLayers = ledgerSettings.parse({
  layers: [
    { name: 'atomic', cell: 0, commit: { windowTicks: 10 } },
    { name: 'planetary', cell: 3, commit: { windowTicks: 10 } },
    { name: 'solar', cell: 5, commit: { windowTicks: 20 } },
    { name: 'galactic', cell: 8, commit: { windowTicks: 20 } },
    { name: 'universal', cell: '*', commit: { windowTicks: 40 } },
  ],
  ...{ shardCell: 4, producer: 'external' },
})

/** Bodies that go along the x axis, across shards, also of negative coordinates. */
export const walkers = (from: number, to: number, bodies = 20): EntityTick[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at).flatMap((tickId) =>
    Array.from({ length: bodies }, (_, body) => ({
      ...{ entityId: `body ${body}`, tickId, x: body * 3.7 - 30 + tickId / 7, y: (body % 3) - 1 },
      ...{ z: body % 2, activity: 0.5 + (body % 4), jitter: 0 },
    })),
  )
