import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateOffset, extendTrack, positionAt, type Track } from './interpolation.ts'

const at = (time: number, x: number) => ({ time, position: [x, 0, -x] as const })

describe('a track', () => {
  const track: Track = [at(0, 0), at(100, 10), at(200, 30)]

  it.each([
    [-50, 0],
    [0, 0],
    [50, 5],
    [100, 10],
    [150, 20],
    [200, 30],
    [900, 30],
  ])('at %d', (time, x) => {
    expect(positionAt(track, time)).toEqual([x, 0, -x])
  })

  it('begins to move when the tick began, not when it was last heard of', () => {
    const after = extendTrack([at(0, 0)], at(10_000, 10), 100)
    expect(positionAt(after, 9_000)[0]).toBe(0)
    expect(positionAt(after, 9_950)[0]).toBe(5)
  })

  it('knows only the last few, and no time twice', () => {
    let long: Track = [at(0, 0)]
    for (let n = 1; n < 100; n++) long = extendTrack(long, at(n * 100, n), 100)
    expect(long).toHaveLength(8)
    const again = extendTrack(long, at(9_900, 1000), 100)
    expect([again.length, again.at(-1)!.position[0]]).toEqual([8, 1000])
  })

  it('never leaves the span of its samples', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: -99, max: 99 })), {
      minLength: 1,
    })
    fc.assert(
      fc.property(steps, fc.nat(20_000), (moves, time) => {
        let track: Track = [at(0, 0)]
        let now = 0
        for (const [ms, x] of moves) track = extendTrack(track, at((now += ms), x), Math.min(ms, 100))
        const xs = track.map(({ position }) => position[0])
        const [x] = positionAt(track, time)
        expect(x).toBeGreaterThanOrEqual(Math.min(...xs) - 1e-9)
        expect(x).toBeLessThanOrEqual(Math.max(...xs) + 1e-9)
        for (let n = 1; n < track.length; n++) expect(track[n]!.time).toBeGreaterThan(track[n - 1]!.time)
      }),
    )
  })
})

describe('the offset of the clock', () => {
  it('is that of what came fastest, and follows a drift slowly', () => {
    let offset = estimateOffset(null, 1000, 500)
    offset = estimateOffset(offset, 2000, 1700)
    expect(offset.offsetMs).toBeCloseTo(499.8)
    expect(estimateOffset(offset, 3000, 2400).offsetMs).toBe(600)
  })

  it('begins anew when a clock was set', () => {
    expect(estimateOffset({ offsetMs: 0 }, 0, 3_600_000).offsetMs).toBe(-3_600_000)
  })
})
