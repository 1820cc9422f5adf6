import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as ask } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalServer, startLocalServer } from './local-server.ts'
import { readStaticSite } from './static-site.ts'

const script = 'console.log(1);'.repeat(200)
let folder: string
let server: LocalServer
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-site-'))
  mkdirSync(join(folder, 'site/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'site/index.html'), '<!doctype html><p>page</p>')
  writeFileSync(join(folder, 'site/assets/a-1.js'), script)
  const site = readStaticSite({
    ...{ folder: join(folder, 'site'), documents: { '/config.json': { apiUrl: '' } }, pagePrefix: '/w/' },
    connectTo: ['https://login.example.com'],
  })
  const handler = async () => ({ statusCode: 418, headers: {}, body: 'the API' })
  server = await startLocalServer({ handler: handler as never, port: 0, site })
})
afterAll(async () => {
  await server?.stop()
  rmSync(folder, { recursive: true })
})

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: Buffer
}

/** By hand: fetch would make paths normal and undo compression. */
const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  new Promise((done, fail) => {
    const sent = ask({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        done({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', fail).end()
  })

describe('a site beside the API', () => {
  test('has its page at the root and at all of its places, with a strict policy', async () => {
    for (const path of ['/', '/w/garden/space', '/w/garden/entity/a%2Fb?asOf=3', '/index.html']) {
      const { status, headers, body } = await get(path)
      expect([status, String(body)]).toEqual([200, '<!doctype html><p>page</p>'])
      expect(headers).toMatchObject({
        ...{ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
        ...{ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' },
      })
      expect(headers['content-security-policy']).toContain("script-src 'self';")
      expect(headers['content-security-policy']).toContain("connect-src 'self' https://login.example.com;")
    }
  })

  test('keeps for ever what has a name of its own, and tells whether the rest has changed', async () => {
    const { headers } = await get('/assets/a-1.js')
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const page = await get('/')
    const again = await get('/', { 'if-none-match': String(page.headers.etag) })
    expect([again.status, again.body.length]).toEqual([304, 0])
    expect((await get('/', { 'if-none-match': '"other"' })).status).toBe(200)
    expect(JSON.parse(String((await get('/config.json')).body))).toEqual({ apiUrl: '' })
  })

  test('compresses for whoever takes it', async () => {
    const { headers, body } = await get('/assets/a-1.js', { 'accept-encoding': 'br, gzip' })
    expect(headers['content-encoding']).toBe('gzip')
    expect(headers['content-length']).toBe(String(body.length))
    expect(body.length).toBeLessThan(script.length)
    expect(String(gunzipSync(body))).toBe(script)
    const head = await get('/assets/a-1.js', {}, 'HEAD')
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([
      200,
      String(script.length),
      0,
    ])
  })

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets\\..\\..\\secret.txt',
    '/assets',
    '/assets/',
    '/worlds',
    '/__proto__',
  ])('leaves %s to the API', async (path) => {
    const { status, body } = await get(path)
    expect(String(body)).not.toContain('secret')
    expect(status).toBe(418)
  })

  test('leaves everything but reading to the API', async () => {
    expect((await get('/', {}, 'POST')).status).toBe(418)
  })
})
