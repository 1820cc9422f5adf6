import { expect, it } from 'vitest'
import { idString } from '#platform/arrays/id-table'
import {
  created,
  deleted,
  emptySimulation,
  moved,
  settings,
  tick,
} from '../../test/support/physics-events.ts'
import { flag } from './bodies.ts'
import { settleWritten, takeDirty } from './write-back.ts'

const names = Array.from({ length: 10 }, (_, index) => `body ${index}`)

it('takes every changed body once, in cuts of limited size, and none that did not change', () => {
  const simulation = emptySimulation()
  tick(simulation, [settings({ paused: true }), ...names.map((name) => created(name, [1, 2, 3]))])
  // their first rows came with the entities
  expect(takeDirty(simulation, 0).bodies.count).toBe(0)
  tick(simulation, [...names.map((name, index) => moved(name, [index, 0, 0])), deleted('body 3')])
  const taken: string[] = []
  const removed: string[] = []
  for (let from = 0; simulation.hasDirty; ) {
    const cut = takeDirty(simulation, from, 4)
    expect(cut.bodies.count).toBeLessThanOrEqual(4)
    expect(cut.tick).toBe(2)
    for (let index = 0; index < cut.bodies.count; index++) {
      taken.push(idString(cut.bodies.ids, index))
      expect(`body ${cut.bodies.x[index]}`).toBe(taken.at(-1))
    }
    removed.push(...cut.removed)
    from = cut.next
  }
  expect(taken.toSorted()).toEqual(names.filter((name) => name !== 'body 3'))
  expect(removed).toEqual(['body 3'])
})

it('keeps what changed while it was written for the next cut', () => {
  const simulation = emptySimulation()
  tick(simulation, [settings({ paused: true }), ...names.map((name) => created(name, [1, 2, 3]))])
  tick(simulation, [moved('body 1', [5, 5, 5]), moved('body 2', [5, 5, 5])])
  const first = takeDirty(simulation, 0)
  tick(simulation, [moved('body 2', [6, 6, 6])])
  settleWritten(simulation)
  const second = takeDirty(simulation, first.next)
  expect(Array.from(first.bodies.x)).toEqual([5, 5])
  expect(idString(second.bodies.ids, 0)).toBe('body 2')
  expect(Array.from(second.bodies.x)).toEqual([6])
  settleWritten(simulation)
  expect(simulation.bodies.flags.some((flags) => (flags & (flag.dirty | flag.writing)) !== 0)).toBe(false)
})
