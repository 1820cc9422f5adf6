import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Change, Entity, WorldEvent } from '#world/event'
import { applyChanges } from '#world/evolve'
import { fullCast, groupsOf } from './casts.ts'
import { factsOf, type Position } from './facts.ts'
import { type Filter, holds } from './filter.ts'
import type { Frame } from './frame.ts'
import { createPending } from './pending.ts'
import { syncSettings } from './settings.ts'
import { applyFull, type ClientState } from './test-client.ts'
import { createView, entrants, narrow } from './view.ts'

const ids = ['a', 'b', 'c', 'd', 'é']
const coordinate = fc.integer({ min: -2, max: 2 })
const position = fc.tuple(coordinate, coordinate, coordinate)
const classType = fc.constantFrom('Tree', 'Npc', 'Rock')

type Step =
  | { kind: 'put'; id: string; classType: string; position: [number, number, number] }
  | { kind: 'change'; id: string; field: 'name' | 'classType' | 'parameters.p' | 'position'; value: unknown }
  | { kind: 'delete'; id: string }
  | { kind: 'moves'; moves: [string, [number, number, number]][] }

const id = fc.constantFrom(...ids)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), id, classType, position }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({
    kind: fc.constant('change' as const),
    id,
    field: fc.constantFrom('name', 'parameters.p'),
    value: fc.option(fc.string(), { nil: undefined }),
  }) as fc.Arbitrary<Step>,
  fc.record({
    kind: fc.constant('change' as const),
    id,
    field: fc.constant('position'),
    value: position,
  }) as fc.Arbitrary<Step>,
  fc.record({
    kind: fc.constant('change' as const),
    id,
    field: fc.constant('classType'),
    value: classType,
  }) as fc.Arbitrary<Step>,
  fc.record({
    kind: fc.constant('moves' as const),
    moves: fc.array(fc.tuple(id, position), { maxLength: 4 }),
  }),
)

const filter: fc.Arbitrary<Filter> = fc.record({
  shape: fc.option(
    fc.oneof(
      fc.constant({ kind: 'box' as const, min: [-1, -1, -1] as Position, max: [1, 1, 1] as Position }),
      fc.record({
        kind: fc.constant('sphere' as const),
        centre: position,
        radius: fc.integer({ min: 0, max: 3 }),
      }),
    ),
    { nil: undefined },
  ),
  classes: fc.option(fc.constant(new Set(['Tree', 'Npc'])), { nil: undefined }),
})

const whole = (entity: Pick<Entity, 'id' | 'classType' | 'position'>): Entity => ({
  ...{ name: entity.id, rotation: [0, 0, 0, 1], scale: [1, 1, 1], tags: [], parameters: {}, extra: {} },
  ...entity,
})

/** A world that is written to and moves, as the log and the physics tell it. */
const createWorld = () => {
  const state: ClientState = new Map()
  let [seq, tick] = [0, 0]
  const event = (data: object): WorldEvent =>
    ({
      seq: ++seq,
      id: '',
      cause: {},
      occurredAt: '2026-01-01T00:00:00.000Z',
      ...data,
    }) as unknown as WorldEvent
  const update = (entityId: string, changes: Change[]) => {
    state.set(entityId, applyChanges(state.get(entityId)!, changes))
    return [event({ type: 'entity.updated.v1', entityId, data: { changes } })]
  }
  const events = (step: Exclude<Step, { kind: 'moves' }>): WorldEvent[] => {
    const known = state.get(step.id)
    if (step.kind === 'delete') {
      if (known === undefined) return []
      state.delete(step.id)
      return [event({ type: 'entity.deleted.v1', entityId: step.id, data: {} })]
    }
    if (step.kind === 'change') {
      if (known === undefined || (step.field === 'name' && step.value === undefined)) return []
      return update(step.id, [{ entityId: step.id, field: step.field, newValue: step.value as never }])
    }
    const entity = whole(step)
    if (known !== undefined)
      return update(step.id, [{ entityId: step.id, field: 'position', newValue: entity.position }])
    state.set(step.id, entity)
    return [event({ type: 'entity.created.v1', entityId: step.id, data: { entity } })]
  }
  return {
    state,
    frame: (step: Step): Frame => {
      const from = { seq, tick }
      if (step.kind !== 'moves') {
        const facts = factsOf(events(step))
        return { from, to: { seq, tick }, timestamp: '', ticks: 0, facts, moves: new Map() }
      }
      tick++
      const moves = new Map(step.moves.filter(([moved]) => state.has(moved)))
      for (const [moved, at] of moves) state.set(moved, { ...state.get(moved)!, position: at })
      return { from, to: { seq, tick }, timestamp: '', ticks: 1, facts: new Map(), moves }
    },
  }
}

const inFilter = ({ shape, classes }: Filter, { position: at, classType: name }: Entity): boolean =>
  (shape === undefined || holds(shape, at)) && (classes === undefined || classes.has(name))

const groupOf = groupsOf(syncSettings.parse({ npcs: ['Npc'] }))
const cast = (frame: Frame, world: ClientState) =>
  fullCast(frame, groupOf, (known) => world.get(known)?.classType)

const sorted = (state: ClientState) => [...state.values()].sort((a, b) => (a.id < b.id ? -1 : 1))

describe('a client that is told frames', () => {
  test('holds what its filter holds of the world, however the frames were put together', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 40 }), filter, (steps, asked) => {
        const world = createWorld()
        const client: ClientState = new Map()
        const view = createView(asked)
        const pending = createPending(Number.POSITIVE_INFINITY)
        for (const [one, reads] of steps) {
          const frame = world.frame(one)
          const found = new Map(
            entrants(view, frame).flatMap((each) => {
              const entity = world.state.get(each)
              return entity === undefined ? [] : [[each, entity] as const]
            }),
          )
          pending.add(narrow(view, frame, found))
          if (!reads) continue
          applyFull(client, cast(pending.take().frame!, world.state))
          expect(sorted(client)).toEqual(sorted(world.state).filter((entity) => inFilter(asked, entity)))
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('is told who came and who left, beside who was made and who is no more', () => {
    const view = createView({ shape: { kind: 'box', min: [0, 0, 0], max: [1, 1, 1] } })
    const at = { seq: 0, tick: 0 }
    const tree = whole({ id: 'tree', classType: 'Tree', position: [0, 0, 0] })
    const moved = (to: Position): Frame => ({
      ...{ from: at, to: at, timestamp: '', ticks: 1, facts: new Map(), moves: new Map([['tree', to]]) },
    })
    const come = narrow(view, moved([1, 0, 0]), new Map([['tree', tree]]))
    expect(come.entered).toEqual(['tree'])
    expect(come.facts.get('tree')).toEqual({ kind: 'created', entity: { ...tree, position: [1, 0, 0] } })
    const gone = narrow(view, moved([2, 0, 0]), new Map())
    expect([gone.left, gone.facts.get('tree')]).toEqual([['tree'], { kind: 'deleted' }])
    const born = narrow(
      view,
      {
        ...moved([0, 0, 0]),
        facts: new Map([['rock', { kind: 'created', entity: { ...tree, id: 'rock' } }]]),
        moves: new Map(),
      },
      new Map(),
    )
    expect([born.entered, [...born.facts.keys()]]).toEqual([[], ['rock']])
  })
})
