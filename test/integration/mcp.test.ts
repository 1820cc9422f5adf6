import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal, Scope } from '#platform/auth/principal'
import { type Door, startLocalServer } from '#platform/http/local-server'
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
])('over %s', (_, connect) => {
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
    expect(world.content.types ?? world.content.componentTypes).toBeInstanceOf(Array)
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
    const escape = await call(client, 'entity', { world: '..', id: 'hero' })
    expect(escape.content.errors).toMatchObject([{ field: 'world' }])
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
    const [{ text }] = contents as [{ text: string }]
    expect(JSON.parse(text).openapi).toMatch(/^3\.1/)
  })

  it('a write lands in a fork, and the world itself stays as it was', async () => {
    const name = `vault-${_.length}`
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
    const id = `guard-${_.length}`
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
