import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { InvalidKey, type ObjectStore } from '#platform/object-store/object-store'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { s3RestObjectStore } from '#platform/object-store/s3-rest'
import { type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'

interface OpenStore {
  store: ObjectStore
  close(): Promise<void>
}

const openFilesystem = async (): Promise<OpenStore> => {
  const root = mkdtempSync(join(tmpdir(), 'orrery-objects-'))
  return {
    store: filesystemObjectStore(join(root, 'made', 'on', 'demand')),
    close: async () => rmSync(root, { recursive: true }),
  }
}

const openS3 = async (): Promise<OpenStore> => {
  // the local server speaks S3 as well as SQS
  const server: LocalSqs = await startLocalSqs()
  const client = createS3Client({ endpoint: server.endpoint, region: 'us-east-1' })
  await client.send(new CreateBucketCommand({ Bucket: 'objects' }))
  return {
    store: s3ObjectStore(client, 'objects'),
    close: async () => {
      client.destroy()
      await server.stop()
    },
  }
}

const openS3Rest = async (): Promise<OpenStore> => {
  const server: LocalSqs = await startLocalSqs()
  const client = createS3Client({ endpoint: server.endpoint, region: 'us-east-1' })
  await client.send(new CreateBucketCommand({ Bucket: 'objects' }))
  client.destroy()
  const credentials = () => ({ accessKeyId: 'local', secretAccessKey: 'local' })
  return {
    store: s3RestObjectStore({
      ...{ bucket: 'objects', region: 'us-east-1', endpoint: server.endpoint },
      credentials,
    }),
    close: () => server.stop(),
  }
}

describe.each([
  ['filesystem', openFilesystem],
  ['s3', openS3],
  ['s3 without the SDK', openS3Rest],
])('the object store on %s', (_, open) => {
  let opened: OpenStore
  let store: ObjectStore
  beforeAll(async () => {
    opened = await open()
    store = opened.store
  })
  afterAll(() => opened?.close())

  it('gives back the bytes that were put last', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
    await store.put('a/one.bin', Buffer.from('first'))
    await store.put('a/one.bin', bytes)
    expect(bytes.equals((await store.get('a/one.bin'))!)).toBe(true)
    await store.put('a/empty', new Uint8Array(0))
    expect(await store.get('a/empty')).toEqual(Buffer.alloc(0))
  })

  it('gives back a range of the bytes, as far as there are any', async () => {
    await store.put('a/range', Buffer.from('0123456789'))
    expect(String(await store.get('a/range', { start: 0, length: 3 }))).toBe('012')
    expect(String(await store.get('a/range', { start: 4, length: 1 }))).toBe('4')
    expect(String(await store.get('a/range', { start: 7, length: 100 }))).toBe('789')
    expect(await store.get('a/nothing', { start: 0, length: 3 })).toBeUndefined()
  })

  it('answers undefined for what is not there', async () => {
    await store.put('b/file', Buffer.from('x'))
    expect(await store.get('b/nothing')).toBeUndefined()
    expect(await store.get('nothing/at/all')).toBeUndefined()
    expect(await store.get('b')).toBeUndefined()
    expect(await store.get('b/file/below')).toBeUndefined()
    await store.delete('b/nothing')
  })

  it('lists the keys under a prefix in order, and all under none', async () => {
    for (const key of ['c/2/x', 'c/10', 'c/1/b', 'c/1/a', 'cc/1', 'c/1.5'])
      await store.put(key, Buffer.from(key))
    expect(await store.list('c/')).toEqual(['c/1.5', 'c/1/a', 'c/1/b', 'c/10', 'c/2/x'])
    expect(await store.list('c/1/')).toEqual(['c/1/a', 'c/1/b'])
    expect(await store.list('none/')).toEqual([])
    expect(await store.list('')).toEqual(expect.arrayContaining(['c/2/x', 'cc/1']))
  })

  it('forgets what was deleted', async () => {
    await store.put('d/gone', Buffer.from('x'))
    await store.put('d/stays', Buffer.from('y'))
    await store.delete('d/gone')
    expect(await store.get('d/gone')).toBeUndefined()
    expect(await store.list('d/')).toEqual(['d/stays'])
  })

  it('lists more keys than one page holds', async () => {
    const keys = Array.from({ length: 1_100 }, (_, index) => `e/${String(index).padStart(4, '0')}`)
    for (let from = 0; from < keys.length; from += 50)
      await Promise.all(keys.slice(from, from + 50).map((key) => store.put(key, Buffer.from('x'))))
    expect(await store.list('e/')).toEqual(keys)
  })

  it('shows a reader whole objects only', async () => {
    const versions = [Buffer.alloc(200_000, 'a'), Buffer.alloc(100_000, 'b')]
    await store.put('f/swapped', versions[0])
    let writing = true
    const writer = (async () => {
      for (let put = 0; put < 30; put++) await store.put('f/swapped', versions[put % 2])
      writing = false
    })()
    while (writing) {
      const seen = (await store.get('f/swapped'))!
      expect(versions.some((version) => version.equals(seen))).toBe(true)
    }
    await writer
    expect(await store.list('f/')).toEqual(['f/swapped'])
  })

  it.each([
    '',
    '/',
    'a//b',
    '../a',
    'a/../../b',
    'a/.',
    '/a',
    'a/',
    'a\\b',
    'a\0',
    'ä',
    `${'x'.repeat(513)}`,
  ])('refuses the key %j', async (key) => {
    await expect(store.put(key, Buffer.from('x'))).rejects.toThrow(InvalidKey)
    await expect(store.get(key)).rejects.toThrow(InvalidKey)
    await expect(store.delete(key)).rejects.toThrow(InvalidKey)
  })

  it.each(['a', '../', 'a//', '/'])('refuses the prefix %j', async (prefix) => {
    await expect(store.list(prefix)).rejects.toThrow(InvalidKey)
  })
})

it('leaves no half-written file where a put fails', async () => {
  const { store, close } = await openFilesystem()
  try {
    await store.put('folder/file', Buffer.from('x'))
    await expect(store.put('folder', Buffer.from('x'))).rejects.toThrow()
    await expect(store.put('folder/file/below', Buffer.from('x'))).rejects.toThrow()
    expect(await store.list('')).toEqual(['folder/file'])
  } finally {
    await close()
  }
})
