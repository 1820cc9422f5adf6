import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOfId } from '#platform/arrays/id-table'
import { addBody, allocateBodies, findBody, flag, removeBody, setPosition, setTraits } from './bodies.ts'

interface Model {
  position: number[]
  activity: number
  anchored: boolean
}

const command = fc.record({
  id: fc.integer({ min: 0, max: 30 }).map((number) => `body ${number}`),
  kind: fc.constantFrom('add', 'remove', 'traits'),
  position: fc.array(fc.double({ noNaN: true }), { minLength: 3, maxLength: 3 }),
  activity: fc.constantFrom(0, 0.5, 2),
  anchored: fc.boolean(),
})

it('keeps every body with its values while others come and go', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const bodies = allocateBodies()
      const model = new Map<string, Model>()
      for (const { id, kind, position, activity, anchored } of commands) {
        const body = findBody(bodies, id)
        expect(body === -1).toBe(!model.has(id))
        if (body === -1) {
          const added = addBody(bodies, ...bytesOfId(id))
          setPosition(bodies, added, position)
          model.set(id, { position, activity: 0, anchored: false })
        } else if (kind === 'remove') {
          removeBody(bodies, body)
          model.delete(id)
        } else if (kind === 'traits') {
          setTraits(bodies, body, { activity, mass: 1, jitter: 0, anchored })
          model.set(id, { ...model.get(id)!, activity, anchored })
        }
      }
      expect(bodies.count).toBe(model.size)
      expect(bodies.active).toBe([...model.values()].filter(({ activity }) => activity > 0).length)
      for (const [id, { position, activity, anchored }] of model) {
        const body = findBody(bodies, id)
        expect([bodies.x[body], bodies.y[body], bodies.z[body]]).toEqual(position)
        expect(bodies.activity[body]).toBe(activity)
        expect((bodies.flags[body] & flag.anchored) !== 0).toBe(anchored)
      }
    }),
  )
})
