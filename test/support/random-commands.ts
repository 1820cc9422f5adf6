import fc from 'fast-check'
import type { Command } from '#world/commands'
import type { JsonObject } from '#world/event'

// few ids, so that commands meet: updates, dangling ends, second parents, cycles
const entityId = fc.integer({ min: 0, max: 39 }).map((n) => `e${n}`)
// JSON has no −0: the edge turns it into 0
const number = fc
  .oneof(fc.integer({ min: -100, max: 100 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 }))
  .map((value) => value + 0)
const vector = fc.tuple(number, number, number)
const json = fc.oneof(
  number,
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.constant(null),
  fc.array(number, { maxLength: 3 }),
)
const storable = json.filter(
  (value) => typeof value !== 'string' || (!value.includes('\u0000') && value.isWellFormed()),
)
const parameters = fc.dictionary(fc.constantFrom('a', 'b', 'c.d', 'activity', 'mass'), storable, {
  maxKeys: 3,
}) as fc.Arbitrary<JsonObject>

const entity = fc.record({
  id: entityId,
  name: fc.constantFrom('one', 'two', 'Ünï "quoted\\" {name}'),
  classType: fc.constantFrom('Part', 'Model'),
  position: vector,
  rotation: fc.constantFrom<[number, number, number, number]>([0, 0, 0, 1], [1, 0, 0, 0]),
  scale: fc.constantFrom<[number, number, number]>([1, 1, 1], [2, 2, 0.5]),
  tags: fc.subarray(['red', 'blue', 'a "b\\ {,}']),
  parameters,
  extra: fc.constantFrom<JsonObject>({}, { lod: 2 }, { lod: 3, meta: { deep: [1, 2] } }),
})

const health = fc.record(
  { current: fc.constantFrom(0, 5, 100), max: fc.constantFrom(100, 50) },
  { requiredKeys: ['current'] },
) as fc.Arbitrary<JsonObject>
// the last is refused: the current health is missing
const componentData = fc.oneof({ weight: 9, arbitrary: health }, fc.constant<JsonObject>({ max: 3 }))
const components = fc.option(
  fc.dictionary(fc.constantFrom('Health'), health, { maxKeys: 1 }) as fc.Arbitrary<
    Record<string, JsonObject>
  >,
  { nil: undefined },
)

// fewer still for ends: every read of the test reads them all
const end = fc.integer({ min: 0, max: 11 }).map((n) => `e${n}`)
const key = fc.record({
  sourceId: end,
  targetId: end,
  type: fc.constantFrom('hierarchy', 'hierarchy', 'near', 'trusts'),
})
const relationship = fc
  .tuple(
    key,
    fc.record({
      strength: fc.constantFrom(0, 0.5, 1),
      label: fc.constantFrom(null, 'l'),
      data: fc.constantFrom<JsonObject>({}, { k: 1 }),
    }),
  )
  .map(([ends, rest]) => ({ ...ends, ...rest }))

/** Commands as clients send them, valid or refused. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(entity, components).map(([entity, components]) => ({
      kind: 'put-entity' as const,
      entity: components === undefined ? entity : { ...entity, components },
    })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ entityId, data: componentData })
      .map((rest) => ({ kind: 'set-component' as const, type: 'Health', ...rest })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ entityId, patch: fc.constantFrom<JsonObject>({ current: 7 }, { max: null }, { max: 9 }) })
      .map((rest) => ({ kind: 'merge-component' as const, type: 'Health', ...rest })),
  },
  {
    weight: 1,
    arbitrary: entityId.map((entityId) => ({ kind: 'remove-component' as const, type: 'Health', entityId })),
  },
  { weight: 1, arbitrary: entityId.map((entityId) => ({ kind: 'delete-entity' as const, entityId })) },
  {
    weight: 4,
    arbitrary: fc
      .record({ entityId, name: fc.constantFrom('a', 'b', 'c.d', 'activity'), value: storable })
      .map((rest) => ({ kind: 'set-parameter' as const, ...rest })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ entityId, position: vector })
      .map((rest) => ({ kind: 'move-entity' as const, ...rest })),
  },
  {
    weight: 5,
    arbitrary: relationship.map((relationship) => ({ kind: 'put-relationship' as const, relationship })),
  },
  {
    weight: 2,
    arbitrary: key.map((relationship) => ({ kind: 'delete-relationship' as const, relationship })),
  },
)
