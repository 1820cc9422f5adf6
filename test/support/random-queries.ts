import fc from 'fast-check'
import type { Condition, Query, Scalar } from '#world/query/ast'

// small pools, so that queries meet what worlds have

export const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'é', '😀', 'Z']
export const names = [
  'Gandalf',
  'gandalf the GREY',
  'Élodie',
  'ÉLODIE',
  'Σίσυφος',
  '100% _sure\\',
  '',
  'Bilbo',
  'İpek',
  '日本',
]
export const tags = ['warm', 'cold', 'two words', 'ÿ']
export const classes = ['Hero', 'Orc', 'Tree']
export const edgeTypes = ['trusts', 'is fond of', 'hierarchy', 'near']

export const smallNumber = fc.constantFrom(-5, -1.5, 0, 0.1, 0.5, 1, 2, 3, 5, 10, 1e-7, 123456789.125)
const smallText = fc.constantFrom(...names, 'alive', 'dead', 'sword', 'a', 'b', '0')
const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 3, arbitrary: smallNumber },
  { weight: 3, arbitrary: smallText },
  { weight: 1, arbitrary: fc.constantFrom(true, false, null) },
)

const key = fc.constantFrom('a', 'b', '0', 'odd key', '__proto__', 'name')
export const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
})).value as fc.Arbitrary<Scalar>

const segment = fc.constantFrom('.a', '.b', '."0"', '."odd key"', '.__proto__', '.name', '[0]', '[1]')
const deepPath = fc
  .tuple(
    fc.constantFrom('Extra', 'Parameters', 'Misc', 'Inventory.items'),
    fc.array(segment, { minLength: 1, maxLength: 3 }),
  )
  .map(([root, segments]) => root + segments.join(''))
const componentPath = fc.oneof(
  fc.constantFrom(
    'Health.current',
    'Health.max',
    'Inventory.gold',
    'Status.state',
    'Misc.n',
    'Misc.t',
    'Transform.scale[1]',
  ),
  deepPath,
)
const numberField = fc.constantFrom('Position.x', 'Position.y', 'Position.z', 'activity', 'flux')
const textField = fc.constantFrom('name', 'Name.value', 'id', 'class', 'archetype')
const components = fc.constantFrom(
  'Health',
  'Inventory',
  'Status',
  'Extra',
  'Parameters',
  'Misc',
  'Position',
  'Name',
  'Missing',
)

const fieldAndValue = fc.oneof(
  fc.tuple(numberField, smallNumber as fc.Arbitrary<Scalar>),
  fc.tuple(textField, fc.constantFrom<Scalar>(...names, ...ids, ...classes, 'Health')),
  fc.tuple(componentPath, scalar),
)
const equality = fc
  .tuple(fc.constantFrom('=' as const, '!=' as const), fieldAndValue)
  .map(([op, [path, value]]): Condition => ({ op, path, value }))
const ordering = fc
  .tuple(fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const), fieldAndValue)
  .filter(([, [, value]]) => typeof value === 'number' || typeof value === 'string')
  .map(([op, [path, value]]): Condition => ({ op, path, value: value as number }))
const between = fc
  .oneof(
    fc.tuple(fc.oneof(numberField, componentPath), smallNumber, smallNumber),
    fc.tuple(fc.oneof(textField, componentPath), smallText, smallText),
  )
  .map(([path, low, high]): Condition => ({ op: 'between', path, low, high }))
const inList = fc
  .oneof(
    fc.tuple(numberField, fc.array(smallNumber as fc.Arbitrary<Scalar>, { minLength: 1, maxLength: 4 })),
    fc.tuple(textField, fc.array(smallText as fc.Arbitrary<Scalar>, { minLength: 1, maxLength: 4 })),
    fc.tuple(componentPath, fc.array(scalar, { minLength: 1, maxLength: 4 })),
  )
  .map(([path, values]): Condition => ({ op: 'in', path, values }))
const contains = fc
  .tuple(
    fc.oneof(deepPath, fc.constantFrom('Extra', 'Misc', 'Inventory', 'Inventory.items')),
    fc.oneof(json, fc.constantFrom({ name: 'sword' }, { items: [{ name: 'sword' }] })),
  )
  .map(([path, value]): Condition => ({ op: 'contains', path, value: value as Scalar }))
const part = fc.constantFrom('gand', 'GANDALF', 'élo', 'ΣΊΣ', '%', '_', '\\', 'a', 'İ', '本', 'zzz', ' the ')
const matching = fc
  .tuple(fc.oneof(textField, componentPath), part)
  .map(([path, text]): Condition => ({ op: '~', path, text }))

const steps = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 3 }))
  .map(([from, more]): [number, number] => [from, from + more])
const id = fc.constantFrom(...ids, 'nobody')
const coordinate = fc.constantFrom(-10, -5, -1.5, 0, 0.1, 1, 2, 5, 10, 20)
const point = fc.tuple(coordinate, coordinate, coordinate)

const condition: fc.Arbitrary<Condition> = fc.letrec<{
  any: Condition
  target: string | { where: Condition }
}>((tie) => ({
  target: fc.oneof(
    { depthSize: 'small' },
    id,
    tie('any').map((where) => ({ where })),
  ),
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    equality,
    ordering,
    between,
    inList,
    contains,
    matching,
    components.map((component): Condition => ({ op: 'has', component })),
    fc.oneof(componentPath, textField, components).map((path): Condition => ({ op: 'exists', path })),
    fc.constantFrom(...tags).map((tag): Condition => ({ op: 'tag', tag })),
    fc
      .tuple(
        fc.constantFrom(
          '=' as const,
          '!=' as const,
          '<' as const,
          '<=' as const,
          '>' as const,
          '>=' as const,
        ),
        fc.integer({ min: 0, max: 4 }),
      )
      .map(([is, value]): Condition => ({ op: 'depth', is, value })),
    fc.tuple(point, point).map(([a, b]): Condition => {
      const [min, max] = [
        a.map((value, n) => Math.min(value, b[n]!)),
        a.map((value, n) => Math.max(value, b[n]!)),
      ]
      return { op: 'box', min: min as typeof a, max: max as typeof a }
    }),
    fc
      .tuple(point, fc.constantFrom(0, 1, 5, 10.5, 30))
      .map(([center, radius]): Condition => ({ op: 'sphere', center, radius })),
    fc
      .tuple(id, fc.constantFrom(0, 1, 5, 10.5, 30))
      .map(([entity, within]): Condition => ({ op: 'near', entity, within })),
    fc
      .record(
        {
          op: fc.constantFrom('->' as const, '<-' as const),
          type: fc.constantFrom(...edgeTypes),
          min: fc.constantFrom(-1, 0, 0.5),
          max: fc.constantFrom(0.5, 1, 2),
          steps,
          target: tie('target'),
        },
        { requiredKeys: ['op'], noNullPrototype: true },
      )
      .map(
        ({ steps, ...edge }): Condition =>
          edge.target === undefined || steps === undefined ? edge : { ...edge, steps },
      ),
    fc.record(
      { op: fc.constantFrom('under' as const, 'above' as const), steps, target: tie('target') },
      { requiredKeys: ['op', 'target'], noNullPrototype: true },
    ),
    tie('any').map((of): Condition => ({ op: 'not', of })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('any'), { minLength: 2, maxLength: 3 }),
      )
      .map(([op, of]): Condition => ({ op, of })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('any'), { minLength: 2, maxLength: 3 }),
      )
      .map(([op, of]): Condition => ({ op, of })),
  ),
})).any

const sortKey = fc.record(
  {
    by: fc.oneof(numberField, textField, componentPath, fc.constantFrom('Health.current', 'Misc.n')),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
  },
  { noNullPrototype: true },
)

/** Any query that can be asked, clauses in the order in which they are printed. */
export const query: fc.Arbitrary<Query> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      {
        where: condition,
        select: fc.array(fc.oneof(numberField, textField, componentPath, components, fc.constant('tags')), {
          minLength: 1,
          maxLength: 4,
        }),
        sort: fc.array(sortKey, { minLength: 1, maxLength: 3 }),
        limit: fc.integer({ min: 1, max: 7 }),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { weight: 1, arbitrary: condition.map((where): Query => ({ where, count: true })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(condition, fc.oneof(numberField, textField, componentPath))
      .map(([where, group]): Query => ({ where, group })),
  },
)
