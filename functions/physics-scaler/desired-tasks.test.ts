import { expect, test } from 'vitest'
import { desiredTasks } from './desired-tasks.ts'

test('as many tasks as the worlds need, up to the limit, and none for none', () => {
  const limits = { maxTasks: 3, worldsPerTask: 20 }
  const tasks = [0, 1, 20, 21, 40, 41, 60, 61, 1_000_000].map((worlds) => desiredTasks(worlds, limits))
  expect(tasks).toEqual([0, 1, 1, 2, 2, 3, 3, 3, 3])
})
