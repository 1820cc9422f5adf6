import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deleteParts, getParts, putParts } from './parts.ts'
import type { Records } from './records.ts'

const partsIn = (kept: Map<string, Buffer>, maxValueBytes: number): Records => ({
  maxValueBytes,
  get: async (_, key) => kept.get(key),
  put: async (_, key, value) => {
    expect(value.length).toBeLessThanOrEqual(maxValueBytes)
    kept.set(key, value)
  },
  claim: async () => undefined,
  delete: async (_, key) => {
    kept.delete(key)
  },
  scan: async () => [],
})

test('bytes of any length come back whole, and go whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 60 }),
      fc.integer({ min: 7, max: 20 }),
      async (bytes, maxValueBytes) => {
        const kept = new Map<string, Buffer>()
        const records = partsIn(kept, maxValueBytes)
        await putParts(records, 'p', 'name', Buffer.from(bytes))
        expect(await getParts(records, 'p', 'name')).toEqual(Buffer.from(bytes))
        expect(await getParts(records, 'p', 'other')).toBeUndefined()
        await deleteParts(records, 'p', 'name')
        expect(kept.size).toBe(0)
      },
    ),
  )
})

test('bytes of which a part is gone are not there', async () => {
  const kept = new Map<string, Buffer>()
  const records = partsIn(kept, 10)
  await putParts(records, 'p', 'name', Buffer.alloc(35, 1))
  kept.delete([...kept.keys()].sort().at(-1)!)
  expect(await getParts(records, 'p', 'name')).toBeUndefined()
})
