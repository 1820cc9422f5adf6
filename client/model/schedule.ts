import fc from 'fast-check'
import type { Position } from '../entity.ts'
import { type Faults, noFaults } from './model-network.ts'
import type { ModelEvent } from './model-state.ts'

/** What streams hear of it: a frame, nothing yet, or nothing since the frame is lost. */
export type Telling = 'told' | 'later' | 'lost'

export type Happening =
  | { type: 'write'; event: ModelEvent; told: Telling }
  | { type: 'tick'; takes: number; moves: [string, Position][]; isCoalesced: boolean; told: Telling }
  | { type: 'pass'; ms: number }
  | { type: 'faults'; faults: Faults }
  | { type: 'expire' | 'roll-back'; ticks: number }
  | { type: 'jump'; ms: number }
  | { type: 'break-off' | 'closing' | 'slow' | 'token' | 'heartbeat' | 'digest' }
  | { type: 'online' | 'offline' | 'visible' | 'hidden' }
  | { type: 'restart-client' }

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'Ünï💠')
const coordinate = fc.oneof(
  fc.integer({ min: -40, max: 40 }).map((half) => half / 2),
  fc.constant(-0),
)
const position: fc.Arbitrary<Position> = fc.tuple(coordinate, coordinate, coordinate)
const classType = fc.constantFrom('Tree', 'Guard')
const fields = fc.constantFrom(
  ...[
    'name',
    'tags',
    'parameters.wavelength',
    'parameters.a.b',
    'extra.lod',
    'components.Health',
    'components.Bag',
  ],
)

const event: fc.Arbitrary<ModelEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('create' as const), id: ids, classType, position }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('delete' as const), id: ids }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('place' as const), id: ids, position }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('class' as const), id: ids, classType }) },
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ type: fc.constant('field' as const), id: ids, field: fields },
      value: fc.constantFrom(undefined, null, 1, 'x', { level: 3 }, ['a']),
    }),
  },
)

const share = (most: number) => fc.constantFrom(0, most / 4, most)
const faults: fc.Arbitrary<Faults> = fc.oneof(
  fc.constant(noFaults),
  fc.record({
    drop: share(0.4),
    duplicate: share(0.4),
    late: share(0.6),
    refuse: share(0.5),
    swallow: share(0.3),
  }),
)

const told = fc.constantFrom<Telling>('told', 'told', 'later', 'lost')
const one = <T extends string>(...types: T[]) => fc.record({ type: fc.constantFrom(...types) })
const passing = fc.constantFrom(1, 10, 30, 50, 90, 300, 2000, 10_000, 50_000, 200_000)

/** What may happen, as often as it teaches something. */
export const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ type: fc.constant('write' as const), event, told }) },
    {
      weight: 12,
      arbitrary: fc.record({
        ...{
          type: fc.constant('tick' as const),
          takes: fc.constantFrom(0, 1, 9),
          isCoalesced: fc.boolean(),
          told,
        },
        moves: fc.array(fc.tuple(ids, position), { maxLength: 3 }),
      }),
    },
    { weight: 14, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: passing }) },
    { weight: 5, arbitrary: fc.record({ type: fc.constant('faults' as const), faults }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('expire' as const), ticks: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('roll-back' as const), ticks: fc.nat(6) }) },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('jump' as const), ms: fc.constantFrom(-9e9, -700, 700, 9e9) }),
    },
    { weight: 5, arbitrary: one('break-off', 'closing', 'slow', 'token', 'heartbeat', 'digest') },
    { weight: 4, arbitrary: one('online', 'offline', 'visible', 'hidden') },
    { weight: 1, arbitrary: one('restart-client') },
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
)
