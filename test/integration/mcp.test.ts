import { readFileSync } from 'node:fs'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal, Scope } from '#platform/auth/principal'
import type { Door } from '#platform/http/local-server'
import type { RateLimiter } from '#platform/limits/rate-limiter'
import { tenantLimitsJson } from '#platform/limits/tenant-limits'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

/** `TENANT:SUBJECT:SCOPE+SCOPE` in the place of a token: what verifies real ones has tests of its own. */
const door = (): Door => ({
  documents: {},
  identify: async (authorization = '') => {
    const [tenantId = '', subject = '', scopes = ''] = authorization.replace(/^Bearer /, '').split('~')
    return { tenantId, subject, scopes: scopes.split('+') as Scope[] } satisfies Principal
  },
})
const all = 'world:read+world:write+world:admin'
const owner = `acme~ann~${all}`

let database: TestDatabase
let api: TestApi
const clients: Client[] = []

const asOwner = { authorization: `Bearer ${owner}` }

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'), { door })
  await api.call('PUT', '/worlds/palace/entities/hero', { position: [1, 2, 3], tags: ['brave'] }, asOwner)
  await api.call('PUT', '/worlds/palace/entities/sword', { position: [1, 2, 4] }, asOwner)
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await api.stop()
  await database.drop()
})

const overHttp = async (token: string, headers: Record<string, string> = {}): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1.0.0' })
  const requestInit = { headers: { authorization: `Bearer ${token}`, ...headers } }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), { requestInit }))
  clients.push(client)
  return client
}

const overStdio = async (token: string, ...args: string[]): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1.0.0' })
  const command = process.execPath
  const env = { ...(process.env as Record<string, string>), ORRERY_TOKEN: token }
  const script = ['scripts/mcp.ts', '--url', api.url, ...args]
  await client.connect(new StdioClientTransport({ command, args: script, env, stderr: 'ignore' }))
  clients.push(client)
  return client
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the test expects it to be
type Content = any

const call = async (client: Client, name: string, args: Record<string, unknown> = {}) => {
  const result = await client.callTool({ name, arguments: args })
  const [first] = result.content as { text: string }[]
  return { isError: result.isError === true, text: first!.text, content: result.structuredContent as Content }
}

describe.each([
  ['streamable HTTP', overHttp],
  ['stdio', overStdio],
])('over %s', (transport, connect) => {
  let client: Client
  beforeEach(async () => {
    client ??= await connect(owner)
  })

  it('tools are listed with schemas, and say which of them only read', async () => {
    const { tools } = await client.listTools()
    const byName = new Map(tools.map((tool) => [tool.name, tool]))
    expect(byName.get('near')).toMatchObject({
      annotations: { readOnlyHint: true },
      inputSchema: { required: ['x', 'y', 'z'], properties: { world: { default: 'default' } } },
    })
    expect(byName.get('delete_entity')!.annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: true,
    })
    for (const { inputSchema } of tools) expect(inputSchema.type).toBe('object')
  })

  it('reads answer structured content, with the same as text', async () => {
    expect((await call(client, 'list_worlds')).content.worlds).toContainEqual(
      expect.objectContaining({ name: 'palace', entityCount: 2 }),
    )
    const entity = await client.callTool({ name: 'entity', arguments: { world: 'palace', id: 'hero' } })
    expect(entity.structuredContent).toMatchObject({ id: 'hero', tags: ['brave'] })
    const [, json] = entity.content as { text: string }[]
    expect(JSON.parse(json!.text)).toEqual(entity.structuredContent)
    const near = await call(client, 'near', { world: 'palace', x: 1, y: 2, z: 3, k: 1 })
    expect(near).toMatchObject({ text: '1 entity', content: { entities: [{ id: 'hero' }] } })
    const world = await call(client, 'describe_world', { world: 'palace' })
    expect(world.content).toMatchObject({ name: 'palace', entityCount: 2 })
    expect(world.content.builtin).toContainEqual(expect.objectContaining({ type: 'Health' }))
    expect(world.content.registered).toEqual([])
  })

  it('pages go on by nextCursor', async () => {
    const names = []
    for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page++) {
      const { content } = await call(client, 'list_worlds', {
        limit: 1,
        ...(cursor !== undefined && { cursor }),
      })
      names.push(...content.worlds.map(({ name }: { name: string }) => name))
      cursor = content.nextCursor
    }
    const whole = await call(client, 'list_worlds', { limit: 200 })
    expect(names).toEqual(whole.content.worlds.map(({ name }: { name: string }) => name))
  })

  it('wrong arguments name their field, before the API is asked and after', async () => {
    const near = await call(client, 'near', { world: 'palace', x: 'one', y: 2, z: 3, size: 1, k: 1 })
    expect(near).toMatchObject({ isError: true, content: { status: 400 } })
    expect(near.content.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['size', 'x'])
    const parent = await call(client, 'entity', { world: '..', id: 'hero' })
    expect(parent.content.errors).toMatchObject([{ field: 'world' }])
    const late = await call(client, 'entity', { world: 'palace', id: 'hero', asOf: 1_000_000 })
    expect(late).toMatchObject({ isError: true, content: { status: 400, errors: [{ field: 'query.asOf' }] } })
    expect(late.text).toContain('query.asOf')
    const missing = await call(client, 'entity', { world: 'palace', id: 'nobody' })
    expect(missing).toMatchObject({ isError: true, content: { status: 404 } })
  })

  it('a tool or a resource that there is not is an error of the protocol', async () => {
    await expect(client.callTool({ name: 'drop_tables', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    })
    await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toMatchObject({ code: -32602 })
  })

  it('the OpenAPI document is a resource', async () => {
    const { contents } = await client.readResource({ uri: 'orrery://openapi.json' })
    const [document] = contents as { text: string }[]
    expect(JSON.parse(document!.text).openapi).toMatch(/^3\.1/)
  })

  it('the query language is a resource', async () => {
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toEqual(['orrery://openapi.json', 'orrery://query.md'])
    const { contents } = await client.readResource({ uri: 'orrery://query.md' })
    expect(contents).toEqual([
      { uri: 'orrery://query.md', mimeType: 'text/markdown', text: readFileSync('docs/query.md', 'utf8') },
    ])
  })

  it('a write lands in a fork, and the world itself stays as it was', async () => {
    const name = `vault-${transport.length}`
    await api.call('PUT', `/worlds/${name}/entities/gem`, { position: [0, 0, 0] }, asOwner)
    const written = await call(client, 'put_entity', { world: name, id: 'thief', tags: ['sly'] })
    const { landedIn, seeDiff } = written.content
    expect(written).toMatchObject({
      isError: false,
      text: expect.stringContaining(`${name} itself is unchanged`),
    })
    expect(landedIn).toMatchObject({ inPlace: false, forkOf: name, isNew: true })
    expect((await call(client, 'entity', { world: name, id: 'thief' })).content.status).toBe(404)

    const again = await call(client, 'relate', { world: name, source: 'thief', target: 'gem', type: 'wants' })
    expect(again.content.landedIn).toEqual({ ...landedIn, isNew: false })
    const diff = await call(client, seeDiff.tool, seeDiff.arguments)
    expect(diff.content).toMatchObject({
      summary: { entities: { created: 1, deleted: 0, changed: 0 }, relationships: { created: 1 } },
      entities: [{ id: 'thief', kind: 'created' }],
    })

    const named = await call(client, 'delete_entity', { world: name, id: 'gem', fork: `${name}-what-if` })
    expect(named.content.landedIn).toMatchObject({ world: `${name}-what-if`, isNew: true })
    expect((await call(client, 'entity', { world: name, id: 'gem' })).isError).toBe(false)
  })

  it('inPlace writes to the world itself', async () => {
    const id = `guard-${transport.length}`
    const written = await call(client, 'put_entity', { world: 'palace', id, inPlace: true })
    expect(written.content.landedIn).toEqual({ world: 'palace', inPlace: true })
    expect((await call(client, 'entity', { world: 'palace', id })).isError).toBe(false)
    await call(client, 'delete_entity', { world: 'palace', id, inPlace: true })
    expect((await call(client, 'entity', { world: 'palace', id })).content.status).toBe(404)
    const both = await call(client, 'put_entity', { world: 'palace', id, inPlace: true, fork: 'x' })
    expect(both.content.errors).toMatchObject([{ field: 'fork' }])
  })

  it('a name that is no fork of the world is refused, so that no other world is written to', async () => {
    const written = await call(client, 'put_entity', { world: 'palace', id: 'x', fork: 'palace' })
    expect(written).toMatchObject({ isError: true, content: { errors: [{ field: 'fork' }] } })
  })
})

describe('components and the story', () => {
  it('are written in a fork, and read there', async () => {
    const client = await overHttp(owner, { 'x-world': 'palace' })
    const set = await call(client, 'set_component', {
      id: 'hero',
      type: 'Health',
      data: { current: 3, max: 9 },
    })
    expect(set.isError).toBe(false)
    await call(client, 'merge_component', { id: 'hero', type: 'Health', patch: { current: 4 } })
    const { world } = set.content.landedIn
    const hero = await call(client, 'entity', { world, id: 'hero' })
    expect(hero.content.components).toMatchObject({ Health: { current: 4, max: 9 } })
    await call(client, 'remove_component', { id: 'hero', type: 'Health' })
    expect((await call(client, 'entity', { world, id: 'hero' })).content.components?.Health).toBeUndefined()
    await call(client, 'relate', { source: 'hero', target: 'sword', type: 'owns', strength: 0.5 })
    const owns = await call(client, 'relationships', { world, type: 'owns' })
    expect(owns.content.relationships).toMatchObject([{ sourceId: 'hero', targetId: 'sword', strength: 0.5 }])
    await call(client, 'unrelate', { source: 'hero', target: 'sword', type: 'owns' })
    expect((await call(client, 'relationships', { world, type: 'owns' })).content.relationships).toEqual([])
    const moved = await call(client, 'entity_command', {
      id: 'hero',
      cmd: 'move',
      params: { position: [9, 9, 9] },
    })
    expect(moved.isError).toBe(false)
    const wrong = await call(client, 'entity_command', { id: 'hero', cmd: 'move', params: { position: [9] } })
    expect(wrong).toMatchObject({ isError: true, content: { errors: [{ field: 'params.position' }] } })

    const told = { id: 'e1', timestamp: '1187-09-20T00:00:00Z', eventType: 'siege', action: 'besieged' }
    const event = {
      ...told,
      summary: 'The palace was besieged',
      actors: [{ name: 'Hero', entityType: 'Character', role: 'agent' }],
    }
    const recorded = await call(client, 'record_events', { chronicle: 'saga', events: [event] })
    expect(recorded.content.answer).toMatchObject({ recorded: 1 })
    const found = await call(client, 'chronicle_events', { world, chronicle: 'saga', q: 'besieged' })
    expect(found.content.events).toMatchObject([{ id: 'e1' }])
    expect((await call(client, 'list_chronicles', { world })).content.chronicles).toMatchObject([
      { id: 'saga' },
    ])
    expect((await call(client, 'list_chronicles', {})).content.chronicles).toEqual([])
  })

  it('a request id is applied once, and its outcome can be read', async () => {
    const client = await overHttp(owner, { 'x-world': 'palace' })
    const args = { id: 'once', fork: 'palace-once', requestId: 'one-id' }
    const first = await call(client, 'put_entity', args)
    const second = await call(client, 'put_entity', { ...args, tags: ['other'] })
    expect(second.content.answer).toEqual(first.content.answer)
    const outcome = await call(client, 'request_outcome', { world: 'palace-once', requestId: 'one-id' })
    expect(outcome.content).toMatchObject({ status: 'applied' })
  })
})

describe('who may what', () => {
  it('another tenant sees nothing of it, and writes nothing to it', async () => {
    const stranger = await overHttp(`globex~bob~${all}`)
    expect((await call(stranger, 'list_worlds')).content.worlds).toEqual([])
    for (const inPlace of [false, true]) {
      const written = await call(stranger, 'delete_entity', { world: 'palace', id: 'hero', inPlace })
      expect(written).toMatchObject({ isError: true, content: { status: 404 } })
    }
    const client = await overHttp(owner)
    expect((await call(client, 'entity', { world: 'palace', id: 'hero' })).isError).toBe(false)
  })

  it('each caller has a fork of their own', async () => {
    const landed = async (token: string) => {
      const written = await call(await overHttp(token), 'put_entity', { world: 'palace', id: 'mine' })
      return written.content.landedIn.world
    }
    expect(await landed(`acme~eve~${all}`)).not.toBe(await landed(owner))
  })

  it('a token that only reads writes nothing, and is told which scope it lacks', async () => {
    const reader = await overHttp('acme~ann~world:read')
    const inPlace = await call(reader, 'put_entity', { world: 'palace', id: 'x', inPlace: true })
    expect(inPlace).toMatchObject({ isError: true, content: { status: 403, title: 'Scope missing' } })
    expect(inPlace.text).toContain('world:write')
  })

  it('without world:admin a write needs a fork that somebody made', async () => {
    const writer = await overHttp('acme~will~world:read+world:write')
    const refused = await call(writer, 'put_entity', { world: 'palace', id: 'x' })
    expect(refused).toMatchObject({ isError: true, content: { status: 403, title: 'A fork is needed' } })
    expect(refused.text).toContain('world:admin')
    await call(await overHttp(owner), 'make_fork', { world: 'palace', name: 'for-will' })
    const written = await call(writer, 'put_entity', { world: 'palace', id: 'x', fork: 'for-will' })
    expect(written.content.landedIn).toMatchObject({ world: 'for-will', isNew: false })
  })
})

describe('the protocol over HTTP', () => {
  const protocol = { ...asOwner, accept: 'application/json, text/event-stream' }
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }

  it('is answered by one JSON text, in no session', async () => {
    const { status, headers, body } = await api.call('POST', '/mcp', ping, protocol)
    expect({ status, body }).toEqual({ status: 200, body: { jsonrpc: '2.0', id: 1, result: {} } })
    expect(headers.get('content-type')).toContain('application/json')
    expect(headers.get('mcp-session-id')).toBeNull()
    const taken = { jsonrpc: '2.0', method: 'notifications/initialized' }
    expect(await api.call('POST', '/mcp', taken, protocol)).toMatchObject({ status: 202, body: undefined })
  })

  it('takes neither GET nor DELETE', async () => {
    expect((await api.call('GET', '/mcp', undefined, protocol)).status).toBe(405)
    expect((await api.call('DELETE', '/mcp', undefined, protocol)).status).toBe(405)
  })

  it('takes JSON only, of 4 MB at most, and messages only', async () => {
    const plain = await api.call('POST', '/mcp', ping, { ...protocol, 'content-type': 'text/plain' })
    expect(plain).toMatchObject({ status: 415, body: { errors: [{ field: 'headers.Content-Type' }] } })
    const long = { ...ping, params: { text: 'x'.repeat(4 * 1024 * 1024) } }
    expect((await api.call('POST', '/mcp', long, protocol)).status).toBe(413)
    expect((await api.call('POST', '/mcp', '{', protocol)).status).toBe(400)
    expect((await api.call('POST', '/mcp', { hello: 'world' }, protocol)).status).toBe(400)
    const accept = 'text/html'
    expect((await api.call('POST', '/mcp', ping, { ...protocol, accept })).status).toBe(406)
    const version = { 'mcp-protocol-version': '1999-01-01' }
    expect((await api.call('POST', '/mcp', ping, { ...protocol, ...version })).status).toBe(400)
  })

  it('refuses a page of another site that has no token', async () => {
    const local = await startTestApi(database.url('orrery_app'))
    try {
      const origin = 'https://example.com'
      expect(
        (await local.call('POST', '/mcp', ping, { ...protocol, authorization: '', origin })).status,
      ).toBe(403)
    } finally {
      await local.stop()
    }
  })

  it('each request of a tool takes from the tenant’s rate', async () => {
    const taken: string[] = []
    const limiter = {
      take: async (tenant: string) => {
        taken.push(tenant)
        return { admitted: taken.length <= 1, retryAfterMs: 2_000 }
      },
    }
    const tenants = tenantLimitsJson.parse('{"default":{"requestsPerSecond":1,"burst":65}}')
    const limited = await startTestApi(database.url('orrery_app'), {
      ...{ door, limits: { limiter: limiter as RateLimiter, tenants, log: () => {} } },
    })
    try {
      const params = { name: 'list_worlds', arguments: {} }
      const { status, body } = await limited.call(
        'POST',
        '/mcp',
        { ...ping, method: 'tools/call', params },
        protocol,
      )
      expect({ status, taken }).toEqual({ status: 200, taken: ['acme', 'acme'] })
      expect(body.result).toMatchObject({ isError: true, structuredContent: { status: 429 } })
    } finally {
      await limited.stop()
    }
  })
})
