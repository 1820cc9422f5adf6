import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SyncEntity } from '../../../../client/index.ts'
import { applyBatch, type Body, boundsOf, createBodyStore } from './bodies.ts'

const body = (id: string, x: number): Body => ({ id, classType: 'Star', position: [x, 0 - x, 2 * x] })

describe('bodies in arrays', () => {
  it('are those of a map, whatever comes, moves and goes', () => {
    const id = fc.constantFrom(...'abcdefgh')
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('set' as const),
        id,
        x: fc.integer({ min: -1000, max: 1000 }),
        moveMs: fc.constantFrom(0, 100),
      }),
      fc.record({ kind: fc.constant('remove' as const), id }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = createBodyStore()
        const model = new Map<string, number>()
        let now = 0
        for (const one of steps) {
          now += 1_000
          if (one.kind === 'remove') {
            store.remove(one.id)
            model.delete(one.id)
          } else {
            store.set(body(one.id, one.x), now, one.moveMs)
            model.set(one.id, one.x)
          }
        }
        expect(store.count).toBe(model.size)
        for (const [key, x] of model) {
          const row = store.rowOf(key)!
          expect(store.body(row)).toEqual(body(key, x))
          // once it has arrived
          expect(store.drawnAt(row, now + 1_000, 100)).toEqual([x, 0 - x, 2 * x])
        }
      }),
    )
  })

  it('move on a line from where they are drawn, and are never elsewhere', () => {
    const store = createBodyStore()
    store.set(body('a', 0), 0, 0)
    store.set(body('a', 10), 1_000, 100)
    expect(store.drawnAt(0, 1_050, 100)).toEqual([5, -5, 10])
    // turned on its way
    store.set(body('a', 0), 1_050, 100)
    expect([1_050, 1_100, 1_150, 9_000].map((now) => store.drawnAt(0, now, 100)[0])).toEqual([5, 2.5, 0, 0])
  })

  it('stay exact to a part in ten million far from the origin of the world', () => {
    const store = createBodyStore()
    store.origin = [2 ** 39, 0, 0]
    store.set({ ...body('a', 0), position: [2 ** 39 + 1.5, 0, 0] }, 0, 0)
    expect(store.drawnAt(0, 0, 100)[0]).toBe(2 ** 39 + 1.5)
  })

  it('grow past their first arrays', () => {
    const store = createBodyStore()
    store.replace(Array.from({ length: 5_000 }, (_, n) => body(`b${n}`, n)))
    expect(store.count).toBe(5_000)
    expect(store.drawnAt(4_999, 0, 100)[0]).toBe(4_999)
    expect(boundsOf(store)).toEqual({ min: [0, -4_999, 0], max: [4_999, 0, 9_998] })
  })

  it('jump where something was written, and are led where a tick moved them', () => {
    const store = createBodyStore()
    const entities = new Map<string, SyncEntity>([['a', { id: 'a', classType: 'Star', position: [0, 0, 0] }]])
    const batch = (ticks: number, isNew: boolean) => ({
      ...{ created: isNew ? ['a'] : [], updated: isNew ? [] : ['a'], removed: [], entered: [], left: [] },
      ...{ before: new Map(isNew ? [] : [['a', entities.get('a')]]), tick: 1, ticks, isReset: false },
    })
    const put = (x: number, ticks: number, now: number, isNew = false) => {
      entities.set('a', { id: 'a', classType: 'Star', position: [x, 0, 0] })
      applyBatch(store, batch(ticks, isNew), (id) => entities.get(id), { now, moveMs: 100 })
    }
    put(0, 0, 0, true)
    put(10, 1, 1_000)
    expect(store.drawnAt(0, 1_050, 100)[0]).toBe(5)
    put(50, 0, 1_050)
    expect(store.drawnAt(0, 1_050, 100)[0]).toBe(50)
  })
})
