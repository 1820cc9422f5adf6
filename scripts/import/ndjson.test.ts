import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BadItem, type ImportItem } from './item.ts'
import { readNdjson } from './ndjson.ts'

async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunkBytes)
    yield bytes.subarray(start, start + chunkBytes)
}

const read = async (text: string | Uint8Array, chunkBytes = 7): Promise<ImportItem[]> => {
  const items: ImportItem[] = []
  for await (const item of readNdjson(inChunks(Buffer.from(text as string), chunkBytes))) items.push(item)
  return items
}

it('reads entities and connections, ignores blank lines and the kind of line end', async () => {
  const text = '{"entity":{"id":"a"}}\r\n\n  \n{ "connection" : {"source_id":"a","target_id":"b"} }'
  expect(await read(text)).toEqual([
    { kind: 'entity', json: '{"id":"a"}', source: 'line 1', position: 23 },
    {
      kind: 'connection',
      json: '{"source_id":"a","target_id":"b"}',
      source: 'line 4',
      position: text.length,
    },
  ])
})

it('reads the same whatever the chunks are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary' })),
      fc.integer({ min: 1, max: 64 }),
      async (ids, size) => {
        const text = ids.map((id) => `${JSON.stringify({ entity: { id } })}\n`).join('')
        const found = (await read(text, size)).map(({ json }) => JSON.parse(json).id)
        expect(found).toEqual(ids.map((id) => JSON.parse(JSON.stringify(id))))
      },
    ),
  )
})

it.each([
  ['{"entity":{}}\n{"entity":', 'line 2 is not JSON'],
  ['[]', 'line 1 is not {"entity": {…}} or {"connection": {…}}'],
  ['{"entity":{},"connection":{}}', 'line 1 is not {"entity": {…}} or {"connection": {…}}'],
  ['{"thing":{}}', 'line 1 is not {"entity": {…}} or {"connection": {…}}'],
  ['\n\n{"entity":[]}', 'line 3: "entity" is not an object'],
  ['{"entity":{"position":[1e999,0,0]}}', 'line 1: the number at "0" is out of range'],
])('names the line of %j', async (text, message) => {
  await expect(read(text)).rejects.toThrow(BadItem)
  await expect(read(text)).rejects.toThrow(message)
})

it('names a line that is not UTF-8, and one that is too long to be sent', async () => {
  await expect(read(Buffer.from([0x0a, 0xff, 0x0a]))).rejects.toThrow('line 2 is not UTF-8')
  await expect(read(`\n${'x'.repeat(5 << 20)}`, 1 << 16)).rejects.toThrow('line 2 is longer than')
})
