import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addId,
  allocateIds,
  compareIds,
  compareIdTo,
  findId,
  idString,
  idTableBytes,
  removeId,
  restoreIds,
} from './id-table.ts'

const id = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })

describe('the id table', () => {
  it('finds what was added and not removed, whatever moved meanwhile', () => {
    const step = fc.record({ id, remove: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const ids = allocateIds()
        const model: string[] = []
        for (const { id, remove } of steps) {
          const known = model.indexOf(id)
          expect(findId(ids, id)).toBe(known)
          if (known === -1) {
            expect(addId(ids, id)).toBe(model.length)
            model.push(id)
          } else if (remove) {
            removeId(ids, known)
            const last = model.pop()!
            if (known < model.length) model[known] = last
          }
        }
        expect(ids.count).toBe(model.length)
        expect(model.map((_, index) => idString(ids, index))).toEqual(model)
        const restored = restoreIds(ids.count, {
          arena: ids.arena.slice(0, ids.used),
          offset: ids.offset.slice(0, ids.count),
        })
        expect(model.map((id) => findId(restored, id))).toEqual(model.map((_, index) => index))
      }),
    )
  })

  it('orders ids by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        fc.pre(a !== b)
        const ids = allocateIds()
        const [i, j] = [addId(ids, a), addId(ids, b)]
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b))
        expect(Math.sign(compareIds(ids, i, j))).toBe(expected)
        expect(Math.sign(compareIdTo(ids, i, b))).toBe(expected)
        expect(compareIdTo(ids, j, b)).toBe(0)
      }),
    )
  })

  it('uses the bytes of removed ids again', () => {
    const ids = allocateIds()
    for (let round = 0; round < 10_000; round++) {
      addId(ids, `body-${round}`)
      if (ids.count > 10) removeId(ids, 0)
    }
    expect(idTableBytes(ids)).toBeLessThan(4_096)
  })
})
