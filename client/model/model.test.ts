import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box } from '../entity.ts'
import { play } from './play.ts'
import { happenings } from './schedule.ts'

const schedules = Number(process.env.SYNC_SCHEDULES ?? 10_000)

// some regions of the digests lie inside of it, some across its border
const box: Box = [-16, -16, -20, 16, 18, 16]

describe('a client and a server that follow docs/sync-protocol.md', () => {
  it(`agree after quiet, whatever has happened (${schedules} schedules)`, { timeout: 600_000 }, () => {
    const plays = fc.record({
      ...{ seed: fc.integer(), happenings },
      cast: fc.constantFrom('limited' as const, 'full' as const),
      box: fc.constantFrom(undefined, box),
      hasTimeline: fc.boolean(),
      isStill: fc.boolean(),
    })
    fc.assert(
      fc.property(plays, (schedule) => {
        // no digest tells what ticks that were lost have left in a region that is only partly seen, or before the next tick
        const hasTimeline = schedule.hasTimeline || schedule.isStill || schedule.box !== undefined
        const end = play({ ...schedule, hasTimeline })
        expect({ state: end.state, cursor: end.cursor }).toEqual({ state: 'live', cursor: end.serverCursor })
        expect(end.client).toEqual(end.truth)
      }),
      { numRuns: schedules, interruptAfterTimeLimit: 500_000, markInterruptAsFailure: true },
    )
  })
})
