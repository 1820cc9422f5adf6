import { expect, test } from 'vitest'
import type { Change, WorldEvent } from '../event.ts'
import { touchedByEvents } from './invalidate.ts'

const world = { tenantId: 't', worldId: 'w' }
const event = (seq: number, type: string, data: unknown, entityId: string | null = 'hero') =>
  ({ seq, type, data, entityId, id: '', cause: {}, occurredAt: '' }) as unknown as WorldEvent
const changes = (...fields: string[]): { changes: Change[] } => ({
  changes: fields.map((field) => ({ entityId: 'hero', field, newValue: 1 })),
})
const touched = (...events: WorldEvent[]) =>
  touchedByEvents(world, events).map(({ seq, components }) => [seq, components])

test('a change touches the components that hold its fields', () => {
  expect(
    touched(
      event(1, 'entity.created.v1', { entity: {} }),
      event(2, 'entity.updated.v1', changes('name', 'position')),
      event(3, 'entity.updated.v1', changes('components.Health.current', 'components.Health.max', 'tags')),
      event(4, 'entity.updated.v1', changes('components.Inventory')),
      event(5, 'entity.moved.v1', { position: [0, 0, 0], ...changes('position', 'rotation') }),
      event(6, 'entity.updated.v1', changes('parameters.a.b', 'extra.components.Health', 'scale')),
      event(7, 'entity.deleted.v1', {}),
    ),
  ).toEqual([
    [1, 'all'],
    [2, []],
    [3, ['Health']],
    [4, ['Inventory']],
    [5, ['Transform']],
    [6, ['Parameters', 'Extra', 'Transform']],
    [7, 'all'],
  ])
})

test('events of anything else touch no entity', () => {
  expect(
    touched(
      event(1, 'world.created.v1', { name: 'w', settings: {} }, null),
      event(2, 'relationship.created.v1', { relationship: {} }),
      event(3, 'commit.entries.v1', {}, null),
    ),
  ).toEqual([])
  expect(touchedByEvents(world, [event(4, 'entity.deleted.v1', {})])[0]!.name).toEqual({
    ...world,
    entityId: 'hero',
  })
})
