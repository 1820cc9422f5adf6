import fc from 'fast-check'
import { expect, it } from 'vitest'
import { earliestStoryMs, latestStoryMs, normalStoryTime, storyTimeMs } from './story-time.ts'

it.each([
  ['2026-11-21T12:00:00Z', '2026-11-21T12:00:00.000Z'],
  ['2026-11-21T12:00Z', '2026-11-21T12:00:00.000Z'],
  ['2026-11-21T12:00:00.1239999+05:30', '2026-11-21T06:30:00.123Z'],
  ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
  ['-000043-03-15T00:30:00+01:00', '-000043-03-14T23:30:00.000Z'],
  ['-004712-01-01T00:00:00Z', '-004712-01-01T00:00:00.000Z'],
  ['+275760-09-13T00:00:00Z', '+275760-09-13T00:00:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
])('%s is %s', (text, normal) => expect(normalStoryTime(text)).toBe(normal))

it.each([
  ...['', '2026', '2026-11-21', '2026-11-21T12:00:00', '2026-11-21 12:00:00Z', '2026-11-21t12:00:00z', 'now'],
  ...['2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2023-02-29T00:00:00Z', '2026-11-21T24:00:00Z'],
  ...[
    '2026-11-21T12:60:00Z',
    '2026-11-21T12:00:00+24:00',
    '-000000-01-01T00:00:00Z',
    '-004713-12-31T23:59:59Z',
  ],
  ...['-004712-01-01T00:00:00+00:01', '+275760-09-13T00:00:00.001Z', '+999999-01-01T00:00:00Z'],
])('%s is no time', (text) => expect(storyTimeMs(text)).toBeUndefined())

it('what is normal stays so, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: earliestStoryMs, max: latestStoryMs }), (ms) => {
      expect(storyTimeMs(new Date(ms).toISOString())).toBe(ms)
    }),
  )
})
