import { expect, it } from 'vitest'
import { createPace } from './pace.ts'

it('keeps the rate when ticks are short', () => {
  const pace = createPace()
  expect(pace.dueInMs(1_000)).toBeLessThanOrEqual(0)
  pace.record(1_000, 1_010, 100)
  expect(pace.dueInMs(1_010)).toBe(90)
  // late by 5 ms: made up for
  pace.record(1_105, 1_110, 100)
  expect(pace.dueInMs(1_110)).toBe(90)
  expect(pace.tickMs()).toBe(10)
})

it('slows down when ticks are long, and does not hurry afterwards', () => {
  const pace = createPace()
  for (let tick = 0; tick < 5; tick++) pace.record(tick * 250, tick * 250 + 250, 100)
  expect(pace.dueInMs(1_250)).toBeLessThanOrEqual(0)
  expect(pace.ticksPerSecond(1_250)).toBe(4)
  pace.record(1_250, 1_260, 100)
  expect(pace.dueInMs(1_260)).toBe(90)
  expect(pace.ticksPerSecond(60_000)).toBe(0)
})
