import { expect, test } from 'vitest'
import { createAgeClock } from './clock.ts'

test('the clock goes with the faster of the two, and never back', () => {
  let [monotonic, wall] = [1_000, 50_000]
  const now = createAgeClock(
    () => monotonic,
    () => wall,
  )
  const start = now()
  monotonic += 10
  wall += 10
  expect(now()).toBe(start + 10)
  // frozen: the monotonic clock stood still
  wall += 60_000
  expect(now()).toBe(start + 60_010)
  // somebody set the wall clock back
  monotonic += 5
  wall -= 3_600_000
  expect(now()).toBe(start + 60_015)
  expect(now()).toBe(start + 60_015)
})
