import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { createDispatcher } from '#relay/dispatcher'
import { createCacheRule } from './cache-rule.ts'

const entry = (seq: number, detailType: string, event: object) => ({
  ...{ source: 'orrery' as const, detailType, worldId: 'w', tenantId: 't', seq, time: '' },
  detail: JSON.stringify({ worldId: 'w', tenantId: 't', seq, ...event }),
})

it('brings the events of entities to the cache, also those that travel by name, and no others', async () => {
  const { rule, tell } = createCacheRule()
  const bus = createDispatcher([rule], randomUUID)
  const entries = [
    entry(1, 'entity.updated.v1', { type: 'entity.updated.v1', entityId: 'lamp' }),
    entry(2, 'relationship.created.v1', { type: 'relationship.created.v1' }),
    entry(3, 'entity.created.v1', { reference: true }),
  ]
  expect(await bus.publish(entries)).toEqual(entries.map(() => ({ status: 'accepted' })))
  const told: unknown[] = []
  tell(async (world, events) => {
    told.push([world, events])
  })
  await bus.publish(entries)
  const world = { worldId: 'w', tenantId: 't' }
  expect(told).toMatchObject([
    [world, [{ seq: 1, entityId: 'lamp' }]],
    [world, [{ seq: 3, reference: true }]],
  ])
})
