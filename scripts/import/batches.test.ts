import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Batch, batchBody, itemOfField, toBatches } from './batches.ts'
import type { ImportItem } from './item.ts'

const collect = async (items: ImportItem[], itemLimit: number, bytesLimit?: number): Promise<Batch[]> => {
  const batches: Batch[] = []
  for await (const batch of toBatches(items, itemLimit, bytesLimit)) batches.push(batch)
  return batches
}

const item = (kind: 'entity' | 'connection', json: string, position: number): ImportItem => ({
  ...{ kind, json, position, source: `line ${position}` },
})

it('keeps every item, in order, within both limits', async () => {
  const shapes = fc.array(
    fc.tuple(fc.constantFrom('entity' as const, 'connection' as const), fc.nat({ max: 40 })),
  )
  await fc.assert(
    fc.asyncProperty(shapes, fc.integer({ min: 1, max: 9 }), async (made, itemLimit) => {
      const items = made.map(([kind, length], index) => item(kind, JSON.stringify('é'.repeat(length)), index))
      const batches = await collect(items, itemLimit, 60)
      for (const { entities, connections } of batches) {
        const all = [...entities, ...connections]
        const bytes = all.reduce((sum, { json }) => sum + Buffer.byteLength(json) + 1, 0)
        expect(all.length).toBeLessThanOrEqual(itemLimit)
        expect(bytes <= 60 || all.length === 1).toBe(true)
      }
      const sorted = batches.flatMap(({ entities, connections }) =>
        [...entities, ...connections].sort((a, b) => a.position - b.position),
      )
      expect(sorted).toEqual(items)
    }),
  )
})

it('makes the body that the API takes, and finds the item that a field is about', async () => {
  const items = [
    item('entity', '{"id":"a"}', 1),
    item('connection', '{}', 2),
    item('entity', '{"id":"b"}', 3),
  ]
  const [batch] = await collect(items, 10)
  expect(JSON.parse(batchBody('my "world"', batch!))).toEqual({
    space_name: 'my "world"',
    entities: [{ id: 'a' }, { id: 'b' }],
    connections: [{}],
  })
  expect(itemOfField(batch!, 'entities[1].position[2]')?.source).toBe('line 3')
  expect(itemOfField(batch!, 'connections[0].target_id')?.source).toBe('line 2')
  expect(itemOfField(batch!, 'space_name')).toBeUndefined()
})
