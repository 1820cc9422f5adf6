import { describe, expect, it } from 'vitest'
import { noChanges } from './changes.ts'
import { framesOf, readTickSnapshots, type TickSnapshots } from './tick-snapshots.ts'

const snapshot = (tick: number, seq: number) => ({ tick, seq, timestamp: `t${tick}`, changes: noChanges })
const answer = (more: Partial<TickSnapshots>): TickSnapshots => ({
  ...{ from: 11, to: 14, latest: 14, gaps: [], snapshots: [snapshot(11, 5), snapshot(14, 7)] },
  ...more,
})
const at = { seq: 6, tick: 10 }

describe('tick snapshots', () => {
  it('lead from the cursor to the last tick', () => {
    const led = framesOf(at, answer({ gaps: [{ from: 12, to: 13, reason: 'empty' }] }))
    expect(led).toEqual({
      cursor: { seq: 7, tick: 14 },
      frames: [
        { from: at, cursor: { seq: 5, tick: 11 }, tick: 11, ticks: 1, timestamp: 't11', changes: noChanges },
        {
          from: { seq: 5, tick: 11 },
          cursor: { seq: 7, tick: 14 },
          tick: 14,
          ticks: 3,
          timestamp: 't14',
          changes: noChanges,
        },
      ],
    })
  })

  it('lead over ticks in which nothing happened', () => {
    const gaps = [{ from: 11, to: 14, reason: 'empty' }]
    expect(framesOf(at, answer({ snapshots: [], gaps }))).toEqual({
      cursor: { seq: 6, tick: 14 },
      frames: [],
    })
    const later = framesOf(
      at,
      answer({ snapshots: [snapshot(11, 8)], gaps: [{ from: 12, to: 14, reason: 'empty' }] }),
    )
    expect(later).toMatchObject({ cursor: { seq: 8, tick: 14 } })
  })

  it('end before ticks that are told with later ones, and at the last tick that was made', () => {
    const gaps = [{ from: 12, to: 14, reason: 'coalesced' }]
    expect(framesOf(at, answer({ snapshots: [snapshot(11, 6)], gaps }))).toMatchObject({
      cursor: { seq: 6, tick: 11 },
    })
    expect(framesOf(at, answer({ to: 1010 }))).toMatchObject({ cursor: { tick: 14 } })
    expect(framesOf(at, answer({ to: 12, snapshots: [snapshot(11, 6), snapshot(14, 7)] }))).toMatchObject({
      cursor: { seq: 6, tick: 12 },
    })
  })

  it('do not lead a client back that has more of the log', () => {
    expect(framesOf({ seq: 8, tick: 10 }, answer({}))).toBe('behind')
  })

  it('do not lead on where some are missing', () => {
    expect(framesOf(at, answer({ gaps: [{ from: 12, to: 12, reason: 'missing' }] }))).toBe('missing')
    expect(framesOf(at, answer({ gaps: [{ from: 9, to: 10, reason: 'missing' }] }))).not.toBe('missing')
    expect(framesOf(at, answer({ from: 12 }))).toBe('missing')
    expect(framesOf(at, answer({ latest: 9 }))).toBe('missing')
  })

  it('are read in the cast that is wanted', () => {
    const wire = {
      ...{ from: 1, to: 2, oldest: 1, latest: 2, gaps: [] },
      snapshots: [
        {
          ...{ worldId: 'w', tick: 1, seq: 1, timestamp: 't' },
          fullCast: { npcs: { created: [{ id: 'a', classType: 'Guard', position: [0, 0, 0] }] } },
          limitedCast: { entityRemoved: ['b'] },
        },
      ],
    }
    expect(readTickSnapshots(wire, 'full').snapshots[0]!.changes.created).toEqual([
      { id: 'a', classType: 'Guard', position: [0, 0, 0], group: 'npcs' },
    ])
    expect(readTickSnapshots(wire, 'limited').snapshots[0]!.changes.removed).toEqual(['b'])
    expect(() => readTickSnapshots({ from: 1 }, 'full')).toThrow('lack to')
  })
})
