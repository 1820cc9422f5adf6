import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

const backoff = { baseMs: 500, maxMs: 300_000 }

test('the bound doubles with each attempt up to the longest delay', () => {
  const bounds = [1, 2, 3, 10, 11, 1_000].map((attempts) => backoffMs(backoff, attempts, () => 1))
  expect(bounds).toEqual([500, 1_000, 2_000, 256_000, 300_000, 300_000])
})

test('any delay below the bound may come', () => {
  expect(backoffMs(backoff, 3, () => 0)).toBe(0)
  expect(backoffMs(backoff, 3, () => 0.25)).toBe(500)
})
