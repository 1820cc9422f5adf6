import fc from 'fast-check'
import { expect, it } from 'vitest'
import { entityChanges } from '../changes.ts'
import type { Entity, JsonObject } from '../event.ts'
import { changeOfField, changesOf, isOfComponent, parseHistoryField } from './field.ts'

const entity = (more: Partial<Entity> = {}): Entity => ({
  ...{ id: 'e', name: 'E', classType: 'Part', position: [1, 2, 3], rotation: [0, 0, 0, 1], scale: [1, 1, 1] },
  ...{ tags: [], parameters: {}, extra: {}, ...more },
})

it.each([
  ['Health.current', 'components.Health', ['current']],
  ['components.Health', 'components.Health', []],
  ['components.Health.max', 'components.Health', ['max']],
  ['Position.y', 'position', ['1']],
  ['position', 'position', []],
  ['Name.value', 'name', []],
  ['parameters.a.b', 'parameters.a.b', []],
  ['Parameters.mass', 'parameters.mass', []],
  ['Transform.scale', 'scale', []],
  ['Inventory.items.0.name', 'components.Inventory', ['items', '0', 'name']],
])('%s is a field', (text, field, path) => {
  expect(parseHistoryField(text)).toEqual({ field, path, text })
})

it.each(['', 'health', 'parameters', 'Health..current', 'Transform', 'Name.first', '.x'])(
  '%j is none',
  (text) => {
    expect(parseHistoryField(text)).toBeUndefined()
  },
)

it('narrows a change to a path, and sees none where the value there stayed', () => {
  const [change] = entityChanges(
    entity({ components: { Health: { current: 5, max: 9 } } }),
    entity({ components: { Health: { current: 3, max: 9 } } }),
  )
  const of = (text: string) => changeOfField([change!], parseHistoryField(text)!)
  expect(of('Health.current')).toMatchObject({ field: 'Health.current', oldValue: 5, newValue: 3 })
  expect(of('Health.max')).toBeUndefined()
  expect(of('Health')).toMatchObject({ oldValue: { current: 5 }, newValue: { current: 3 } })
  expect(of('Status.state')).toBeUndefined()
  expect([isOfComponent(change!, 'Health'), isOfComponent(change!, 'Status')]).toEqual([true, false])
})

it('takes whatever happens to a sealed value for a change, and shows nothing of it', () => {
  const sealed = (text: string) => ({ $sealed: text })
  const change = { entityId: 'e', field: 'components.Secret', oldValue: sealed('a'), newValue: sealed('b') }
  expect(changeOfField([change], parseHistoryField('Secret.pin')!)).toMatchObject({ newValue: sealed('b') })
})

it('replays: the newest change of a field that events made is its value', () => {
  const data = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 }), { maxKeys: 3 })
  fc.assert(
    fc.property(
      fc.array(data, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('a', 'b', 'c'),
      (states, key) => {
        const at = (state: JsonObject) => entity({ components: { Bag: state } })
        const events = states.map((state, n) =>
          n === 0
            ? { type: 'entity.created.v1' as const, data: { entity: at(state) } }
            : {
                type: 'entity.updated.v1' as const,
                data: { changes: entityChanges(at(states[n - 1]!), at(state)) },
              },
        )
        const field = parseHistoryField(`Bag.${key}`)!
        const found = events
          .map((event) => changeOfField(changesOf(event), field))
          .findLast((change) => change)
        expect(found?.newValue).toEqual(states.at(-1)![key])
      },
    ),
  )
})
