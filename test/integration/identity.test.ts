import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/local/postgres.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'
import { npmStart, processesOf, type StartProcess } from './npm-start.ts'

let dataDir: string
let port: number
let started: StartProcess[]
let issuer: Issuer | undefined
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-identity-'))
  port = await freePort()
  started = []
  issuer = undefined
})
afterEach(async () => {
  for (const { npm } of started) if (npm.exitCode === null) npm.kill('SIGTERM')
  await Promise.all(started.map(({ ended }) => ended()))
  for (const pid of processesOf(dataDir)) process.kill(pid, 'SIGKILL')
  await issuer?.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const start = (...args: string[]): StartProcess => {
  const running = npmStart(['--data', dataDir, '--port', String(port), ...args])
  started.push(running)
  return running
}

interface Ran {
  code: number
  out: string
  err: string
}

const token = async (...args: string[]): Promise<Ran> => {
  const command = ['run', '--silent', 'token', '--', '--data', dataDir, ...args]
  try {
    const { stdout, stderr } = await promisify(execFile)('npm', command)
    return { code: 0, out: stdout.trim(), err: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, err: stderr }
  }
}

const importCities = async (value: string): Promise<string> => {
  const args = [
    'run',
    '--silent',
    'import',
    '--',
    'cities',
    '--limit',
    '20',
    '--url',
    `http://127.0.0.1:${port}`,
  ]
  const env = { ...process.env, ORRERY_TOKEN: value }
  return (await promisify(execFile)('npm', args, { env })).stdout
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  // biome-ignore lint/suspicious/noExplicitAny: whatever the API answers
  body: any
}

/** By node:http, since fetch sends no Host and no Origin of one's own. */
const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((done, fail) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      done({ status: response.statusCode!, headers: response.headers, body: JSON.parse(text) })
    })
    sent.on('error', fail).end()
  })

const bearer = (value: string) => ({ authorization: `Bearer ${value}` })

const putLamp = (headers: Record<string, string>) =>
  fetch(`http://127.0.0.1:${port}/eustress/ingest/entity`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ space_name: 'demo', entity: { id: 'lamp', position: [1, 2, 3] } }),
  })

describe('npm start on this machine', () => {
  it('is its own issuer: npm run token opens a tenant, and its tokens outlive it', {
    timeout: 120_000,
  }, async () => {
    const first = start()
    await first.ready()
    const made = await token('--tenant', 'acme', '--scope', 'world:read world:write')
    expect(made).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) })
    expect(statSync(join(dataDir, 'issuer-key.json')).mode & 0o777).toBe(0o600)

    expect((await putLamp(bearer(made.out))).status).toBe(200)
    expect((await get('/worlds/demo', bearer(made.out))).status).toBe(200)
    // without a token the tenant is `local`, which has no such world
    expect((await get('/worlds/demo')).status).toBe(404)
    const forbidden = await get('/audit', bearer(made.out))
    expect(forbidden).toMatchObject({ status: 403, body: { detail: expect.stringContaining('world:admin') } })

    // one that is sent is verified, also where none is needed
    const [header, payload] = made.out.split('.')
    const forged = await get('/worlds/demo', {
      ...bearer(`${header}.${payload}.AAAA`),
      'x-request-id': 'mine',
    })
    expect(forged).toMatchObject({
      status: 401,
      headers: { 'content-type': 'application/problem+json', 'x-request-id': 'mine' },
      body: { title: 'Not authenticated', requestId: 'mine' },
    })
    expect(forged.headers['www-authenticate']).toMatch(/^Bearer .*error="invalid_token"/)
    expect((await get('/worlds/demo', { authorization: 'Basic dTpw' })).status).toBe(401)

    // a page of another site gets in neither by its visitor nor by a name of its own; a token needs no such guard
    expect((await get('/worlds', { origin: 'https://evil.example' })).status).toBe(403)
    expect((await get('/worlds', { host: 'evil.example' })).status).toBe(403)
    expect((await get('/worlds', { ...bearer(made.out), origin: 'https://console.example' })).status).toBe(
      200,
    )

    first.npm.kill('SIGTERM')
    await first.ended()
    expect(first.output()).not.toContain(made.out.split('.')[2])
    expect(await token('--tenant', 'acme', '--scope', 'world:read')).toMatchObject({
      code: 1,
      err: expect.stringContaining(`Nothing runs on ${dataDir}`),
    })
    await start().ready()
    expect((await get('/worlds/demo', bearer(made.out))).status).toBe(200)
  })

  it('holds tenants to the limits that it is given', { timeout: 60_000 }, async () => {
    const limits = { default: { requestsPerSecond: 0.01, burst: 65 } }
    await start('--limits', JSON.stringify(limits)).ready()
    const answers: Answer[] = []
    for (let n = 0; n < 66; n++) answers.push(await get('/worlds'))
    expect(answers.slice(0, 65).every(({ status }) => status === 200)).toBe(true)
    expect(answers.at(-1)).toMatchObject({ status: 429, body: { title: 'Too many requests' } })
    expect(Number(answers.at(-1)!.headers['retry-after'])).toBeGreaterThan(90)
  })
})

describe('npm start for others', () => {
  it('refuses an address that others reach, without an issuer', async () => {
    const refused = start('--host', '0.0.0.0')
    expect(await refused.ended()).toBe(2)
    expect(refused.output()).toContain('add --issuer URL --audience A')
    expect(existsSync(join(dataDir, 'lock'))).toBe(false)
  })

  it('lets in nobody but those with a token of its issuer, under any name', { timeout: 60_000 }, async () => {
    issuer = await startIssuer('orrery-api')
    const stack = start('--issuer', issuer.url, '--audience', 'orrery-api')
    await stack.ready()
    expect(stack.output()).toContain(`of ${issuer.url}`)
    expect(await get('/worlds')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="orrery"' },
    })
    expect((await get('/openapi.json', { host: 'orrery.example' })).status).toBe(200)
    const good = await issuer.sign({ sub: 'ada', tenant: 'acme', scope: 'world:read' })
    expect((await get('/worlds', { ...bearer(good), host: 'orrery.example' })).status).toBe(200)
    const expired = await issuer.sign({ sub: 'ada', tenant: 'acme', scope: 'world:read' }, -600)
    expect(await get('/worlds', bearer(expired))).toMatchObject({
      status: 401,
      body: { detail: 'The token has expired.' },
    })
    expect(await token('--tenant', 'acme', '--scope', 'world:read')).toMatchObject({
      code: 1,
      err: expect.stringContaining(`takes tokens of ${issuer.url}`),
    })
    expect(readFileSync(join(dataDir, 'run.json'), 'utf8')).toContain(issuer.url)
    const writing = await issuer.sign({ sub: 'ada', tenant: 'acme', scope: 'world:read world:write' })
    expect(await importCities(writing)).toContain('entities')
    expect((await get('/worlds/earth', bearer(good))).status).toBe(200)
    await expect(importCities('')).rejects.toThrow('Send a token')
  })
})

it('npm run token explains itself', async () => {
  expect(await token('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--scope SCOPES') })
  expect(await token('--tenant', 'acme', '--scope', 'world:red')).toMatchObject({
    code: 2,
    err: expect.stringContaining("no scope 'world:red'"),
  })
  expect(await token('--tenant', 'acme', '--scope', 'world:read')).toMatchObject({
    code: 1,
    err: expect.stringContaining(`npm start -- --data ${dataDir}`),
  })
})
