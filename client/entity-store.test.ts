import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeField } from './change-entity.ts'
import { noChanges } from './changes.ts'
import { regionSums } from './digest.ts'
import type { Json, Position, SyncEntity } from './entity.ts'
import { createEntityStore } from './entity-store.ts'
import type { Frame } from './messages.ts'
import { createSelections } from './selections.ts'

const entity = (id: string, position: Position = [0, 0, 0]): SyncEntity => ({
  ...{ id, classType: 'Tree', position, name: id, tags: ['old'], parameters: { wavelength: 1 }, extra: {} },
  components: { Health: { level: 3 } },
})

const frame = (changes: Partial<Frame['changes']>, seq = 2, ticks = 1): Frame => ({
  ...{
    from: { seq: 1, tick: 1 },
    cursor: { seq, tick: 2 },
    tick: 2,
    ticks,
    timestamp: '2026-01-01T00:00:00Z',
  },
  changes: { ...noChanges, ...changes },
})

const filled = (...entities: SyncEntity[]) => {
  const store = createEntityStore()
  store.replace(entities, 1)
  return store
}

describe('a changed field', () => {
  const change = (field: string, newValue?: Json) =>
    changeField(entity('a'), { field, ...(newValue !== undefined && { newValue }) })

  it.each([
    ['name', 'B', { name: 'B' }],
    ['tags', ['x'], { tags: ['x'] }],
    ['parameters.wavelength', 2, { parameters: { wavelength: 2 } }],
    ['parameters.a.b', null, { parameters: { wavelength: 1, 'a.b': null } }],
    ['extra.lod', 4, { extra: { lod: 4 } }],
    ['components.Bag', { size: 1 }, { components: { Health: { level: 3 }, Bag: { size: 1 } } }],
  ])('%s = %j', (field, value, part) => {
    expect(change(field, value as Json)).toEqual({ ...entity('a'), ...part })
  })

  it('is gone without a value', () => {
    expect(change('parameters.wavelength')).toEqual({ ...entity('a'), parameters: {} })
    const { components: _, ...bare } = entity('a')
    expect(change('components.Health')).toStrictEqual(bare)
    const { name: __, ...nameless } = entity('a')
    expect(change('name')).toStrictEqual(nameless)
    expect(change('parameters.other')).toEqual(entity('a'))
  })

  it('changes no prototype', () => {
    const changed = change('parameters.__proto__', { polluted: true })
    expect(Object.getPrototypeOf(changed.parameters)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(change('__proto__', { polluted: true }))).toBe(Object.prototype)
  })
})

describe('the store', () => {
  it('replaces what changes and keeps what does not', () => {
    const store = filled(entity('a'), entity('b'))
    const [a, b] = store.entities()
    const all = store.entities()
    expect(store.entities()).toBe(all)
    const { batch, fault } = store.apply([frame({ moved: [{ id: 'a', position: [1, 2, 3] }] })], 1)
    expect(fault).toBeNull()
    expect(store.entity('b')).toBe(b)
    expect(store.entity('a')).toEqual({ ...a, position: [1, 2, 3] })
    expect(a!.position).toEqual([0, 0, 0])
    expect(store.entities()).not.toBe(all)
    expect(batch).toMatchObject({
      created: [],
      updated: ['a'],
      removed: [],
      tick: 2,
      ticks: 1,
      isReset: false,
    })
    expect(batch.before).toEqual(new Map([['a', a]]))
  })

  it('applies removed, created, updated, moved, in this order', () => {
    const store = filled(entity('a'), entity('b'))
    const { batch } = store.apply(
      [
        frame({
          moved: [{ id: 'a', position: [9, 9, 9] }],
          updated: [
            { entityId: 'a', field: 'name', newValue: 'x' },
            { entityId: 'a', field: 'name', newValue: 'y' },
          ],
          created: [{ ...entity('a'), classType: 'Guard' }, entity('c')],
          removed: ['a', 'b', 'nobody'],
        }),
      ],
      1,
    )
    expect(store.entity('a')).toEqual({ ...entity('a', [9, 9, 9]), classType: 'Guard', name: 'y' })
    expect(batch).toMatchObject({ created: ['c'], updated: ['a'], removed: ['b'] })
    expect(store.size).toBe(2)
  })

  it('says what cannot be the server’s state, but not of frames that are older than the state', () => {
    const changes = { updated: [{ entityId: 'z', field: 'name', newValue: 'x' }] }
    expect(filled().apply([frame(changes)], 1).fault).toContain('name of z')
    expect(filled().apply([frame({ moved: [{ id: 'z', position: [0, 0, 0] }] })], 2).fault).toContain(
      'position of z',
    )
    expect(filled().apply([frame(changes)], 3).fault).toBeNull()
  })

  it('keeps the identity of what a new full state has not changed', () => {
    const store = filled(entity('a'), entity('b'), entity('c'))
    const a = store.entity('a')
    const batch = store.replace([entity('a'), entity('b', [1, 0, 0]), entity('d')], 7)
    expect(store.entity('a')).toBe(a)
    expect(batch).toMatchObject({ created: ['d'], updated: ['b'], removed: ['c'], isReset: true, tick: 7 })
  })

  it('finds what is within a box, borders included', () => {
    const store = filled(entity('a', [0, 0, 0]), entity('b', [1, 1, 1]), entity('c', [1, 1, 1.01]))
    expect(store.within([0, 0, 0, 1, 1, 1]).map(({ id }) => id)).toEqual(['a', 'b'])
  })
})

describe('digests of the store', () => {
  const digestOf = (entities: SyncEntity[], region: string, seq = 1) => {
    const { count, hash } = regionSums(entities, 4).get(region) ?? { count: 0, hash: 0 }
    return { tick: 2, seq, region, count, hash: hash.toString(16).padStart(8, '0') }
  }

  it('agree with the same positions and with no others', () => {
    const coordinates = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.nat(20), fc.constant(1))
    fc.assert(
      fc.property(fc.array(coordinates, { maxLength: 8 }), fc.nat(), (positions, pick) => {
        const entities = positions.map((position, n) => entity(`e${n}`, position))
        const store = filled(...entities)
        expect(store.agrees(digestOf(entities, '4:0:0:0'))).toBe(true)
        if (entities.length === 0) return
        const { id, position } = entities[pick % entities.length]!
        store.apply([frame({ moved: [{ id, position: [position[0], position[1], 2] }] }, 1)], 1)
        expect(store.agrees(digestOf(entities, position[0] >= 16 ? '4:1:0:0' : '4:0:0:0'))).toBe(
          position[0] < 0 || position[1] >= 16,
        )
      }),
    )
  })

  it('prove nothing of a region that was written since', () => {
    const store = filled(entity('a'))
    store.apply([frame({ moved: [{ id: 'a', position: [20, 0, 0] }] }, 2, 0)], 1)
    for (const region of ['4:0:0:0', '4:1:0:0'])
      expect(store.agrees(digestOf([entity('a')], region))).toBe(true)
    expect(store.agrees({ ...digestOf([], '4:5:0:0'), count: 1 })).toBe(false)
    // the physics has taken it up
    expect(store.agrees(digestOf([entity('a')], '4:0:0:0', 2))).toBe(false)
  })
})

describe('selections', () => {
  it('are told once a check, when what they chose has changed', () => {
    const store = filled(entity('a'), entity('b'))
    const selections = createSelections(store)
    const told: unknown[] = []
    const end = selections.add(
      (world) => world.entity('a')?.name,
      (name, before) => told.push([name, before]),
    )
    selections.add(
      (world) => world.within([0, 0, 0, 1, 1, 1]),
      (inside) => told.push(inside.length),
    )
    const rename = (id: string, name: string) =>
      store.apply([frame({ updated: [{ entityId: id, field: 'name', newValue: name }] })], 1)
    selections.check()
    expect(told).toEqual([])
    rename('a', 'A')
    selections.check()
    expect(told).toEqual([['A', 'a'], 2])
    store.apply([frame({ moved: [{ id: 'b', position: [5, 0, 0] }] })], 1)
    selections.check()
    expect(told.at(-1)).toBe(1)
    end()
    rename('a', 'AA')
    selections.check()
    expect(told).toHaveLength(4)
  })
})
