import { expect, test } from 'vitest'
import type { WorldEvent } from '#world/event'
import { tracesOf } from './traces.ts'

const event = (traceparent: string | undefined): WorldEvent =>
  ({ cause: { requestId: 'r', ...(traceparent === undefined ? {} : { traceparent }) } }) as WorldEvent

test('each trace is named once, in the order of the events, and a hundred at most', () => {
  expect(tracesOf([], [])).toEqual([])
  expect(tracesOf([], ['a'])).toEqual(['a'])
  expect(tracesOf(['b', undefined, 'a', 'b'].map(event), ['c', 'a'])).toEqual(['c', 'a', 'b'])
  const many = Array.from({ length: 1_000 }, (_, index) => event(`t${index >> 1}`))
  expect(tracesOf(many, [])).toEqual(Array.from({ length: 100 }, (_, index) => `t${index}`))
})
