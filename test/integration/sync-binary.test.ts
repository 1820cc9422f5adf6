import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cast } from '#sync/casts'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { createPlainClient, type PlainClient } from '../support/sync-client.ts'
import { until } from '../support/until.ts'

let dataDir: string
let stack: Stack
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-sync-binary-'))
  stack = await startStack({ dataDir, port: 0, log: () => {} })
}, 120_000)
afterAll(async () => {
  await stack?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const call = async (method: string, path: string, body?: object): Promise<void> => {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
}

const put = (world: string, id: string, position: number[], activity = 0) =>
  call('PUT', `/worlds/${world}/entities/${id}`, {
    ...{ name: id, classType: 'Thing', position, parameters: { activity, mass: 1 } },
  })

const held = ({ state }: PlainClient) => [...state.values()].sort((a, b) => (a.id < b.id ? -1 : 1))

describe('a stream of MessagePack', () => {
  test.each<[Cast, Record<string, string>]>([
    ['full', {}],
    ['limited', {}],
    ['full', { box: '-3,-3,-3,3,3,3' }],
  ])('leads to the state that JSON leads to: %s cast, filter %j', async (cast, filter) => {
    const world = `binary-${cast}-${Object.keys(filter).length}`
    for (let at = 0; at < 6; at++) await put(world, `body ${at}`, [at - 3, (at % 3) - 1, 1], 0.5)
    const open = (isBinary: boolean) => createPlainClient(stack.url, world, filter, { cast, isBinary })
    const [binary, json] = await Promise.all([open(true), open(false)])
    await Promise.all([binary.open(), json.open()])
    const hasMoved = ({ told }: PlainClient) =>
      told.some(({ changes }) => (changes as { entityMoved?: unknown[] } | undefined)?.entityMoved)
    await until('bodies move', () => hasMoved(binary) && binary.cursor().tick > 20)
    await put(world, 'é', [1, 1, 1], 0.1)
    await put(world, 'body 0', [0, 0, 0], 0.5)
    await call('DELETE', `/worlds/${world}/entities/body 1`)
    // a stream that begins later has to be told all names
    binary.close()
    await binary.open()
    await put(world, 'last', [0, 1, 0])
    await until('both are told', () => binary.state.has('last') && json.state.has('last'))
    await call('POST', `/worlds/${world}/physics/pause`)
    await until('they agree', () => {
      if (binary.ended() !== undefined) throw new Error(`the stream ended: ${binary.ended()}`)
      return isDeepStrictEqual(binary.cursor(), json.cursor()) && isDeepStrictEqual(held(binary), held(json))
    })
    expect(held(binary).map(({ id }) => id)).toContain('é')
    expect(binary.state.has('body 1')).toBe(false)
    binary.close()
    json.close()
  })
})

/** As it comes: fetch would decompress it. */
const raw = (path: string, acceptEncoding: string) =>
  new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
    const headers = { 'accept-encoding': acceptEncoding }
    request(`${stack.url}${path}`, { headers }, async (response) => {
      const body = Buffer.concat(await response.toArray())
      resolve({ encoding: response.headers['content-encoding'], body })
    })
      .on('error', reject)
      .end()
  })

describe('Accept-Encoding', () => {
  test('GET /events is compressed for who asks for it, and each frame comes at once', async () => {
    await put('streamed', 'a', [1, 2, 3])
    for (const [query, encoding] of [
      ['', null],
      ['&compress=gzip', 'gzip'],
    ]) {
      const closing = new AbortController()
      const response = await fetch(`${stack.url}/events?world=streamed${query}`, { signal: closing.signal })
      expect(response.headers.get('content-encoding')).toBe(encoding)
      const { value } = await response.body!.getReader().read()
      expect(Buffer.from(value!).toString()).toContain('hello')
      closing.abort()
    }
  })

  test.each(['/world/init?', '/world/snapshots?from=1&to=20&'])('GET %s', async (path) => {
    const world = 'compressed'
    for (const id of ['a', 'b', 'c']) await put(world, id, [id.charCodeAt(0), 2, 3], 0.5)
    await until('ticks are held', async () => {
      const { body } = await raw(`/world/snapshots?from=1&to=30&world=${world}`, 'identity')
      return body.toString().includes('"tick":30')
    })
    await call('POST', `/worlds/${world}/physics/pause`)
    await until('both are the same', async () => {
      const [plain, gzip] = [
        await raw(`${path}world=${world}`, 'identity'),
        await raw(`${path}world=${world}`, 'gzip, br'),
      ]
      expect([plain.encoding, gzip.encoding]).toEqual([undefined, 'gzip'])
      return gunzipSync(gzip.body).toString() === plain.body.toString()
    })
  })
})
