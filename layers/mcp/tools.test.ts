import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { questions } from '../../functions/api-chronicle/questions/question-table.ts'
import { mcpApiRoutes } from '../../functions/api-mcp/routes.ts'
import { type ApiCall, type ApiCaller, ApiProblem, cursorOfLink, path } from './api-caller.ts'
import { forkName } from './landing.ts'
import { questionTools } from './question-tools.ts'
import { describeTool, parseArguments, type Tool, type ToolContext } from './tool.ts'
import { tools } from './tools.ts'

/** Arguments that every tool takes what it knows of. */
const known: Record<string, unknown> = {
  ...{
    world: 'w',
    id: 'e',
    chronicle: 'c',
    a: 'w',
    b: 'v',
    name: 'n',
    requestId: 'r',
    x: 1,
    y: 2,
    z: 3,
    r: 4,
    place: 'p',
    of: 'f',
    item: 'i',
    entity: 'e',
    event: '1',
    radius: 5,
  },
  ...{ query: 'Health', question: 'Who?', type: 'Health', data: {}, patch: {}, source: 'e', target: 'f' },
  ...{ cmd: 'despawn', inPlace: true },
  events: [{ id: '1', timestamp: '1187-09-20T00:00:00Z', eventType: 't', summary: 's', action: 'a' }],
}
const sample = ({ input }: Tool) =>
  Object.fromEntries(Object.entries(known).filter(([name]) => name in input.shape))

/** By name, and whether a call must have it. */
const argumentsOf = ({ shape }: z.ZodObject) =>
  Object.entries(shape)
    .map(([name, schema]) => [name, name !== 'world' && !schema.safeParse(undefined).success] as const)
    .sort()

const recorder = () => {
  const calls: ApiCall[] = []
  const api: ApiCaller = {
    call: async (call) => {
      calls.push(call)
      return { status: 200, body: { name: 'n' } }
    },
  }
  const context: ToolContext = { api, defaultWorld: 'd', caller: 'me', now: () => new Date(0) }
  return { calls, context }
}

describe.each(tools.map((tool) => [tool.name, tool] as const))('%s', (_, tool) => {
  it('asks routes of the function that serves it, in the world that is named', async () => {
    const { calls, context } = recorder()
    await tool.run(context, parseArguments(tool, context, sample(tool)))
    expect(calls.length).toBeGreaterThan(0)
    const routes = mcpApiRoutes.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`)
    const pattern = ({ method, path }: ApiCall) =>
      routes.find((route) => new RegExp(`^${route.replaceAll('{}', '[^/]+')}$`).test(`${method} ${path}`))
    for (const call of calls) expect([call, pattern(call)]).not.toContain(undefined)
  })

  it('changes nothing where it says that it only reads', async () => {
    const { calls, context } = recorder()
    await tool.run(context, parseArguments(tool, context, sample(tool)))
    const asks = calls.every(({ method, path }) => method === 'GET' || /\/(query|ask-context)$/.test(path))
    expect(asks).toBe(tool.kind === 'read')
  })

  it('names a field that it does not know', () => {
    const { context } = recorder()
    const given = { ...sample(tool), wrong: 1 }
    expect(() => parseArguments(tool, context, given)).toThrow(ApiProblem)
    expect(() => parseArguments(tool, context, given)).toThrow('wrong: ')
  })

  it('is described for clients, and stands in the docs', () => {
    const { inputSchema, description, annotations } = describeTool(tool, 'd')
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    expect(inputSchema.required).not.toContain('world')
    expect(annotations.readOnlyHint).toBe(tool.kind === 'read')
    expect(description.length).toBeGreaterThan(40)
    const docs = readFileSync('docs/mcp.md', 'utf8')
    expect(docs).toContain(`| \`${tool.name}\``)
  })
})

it('each question that has a name is a tool, with the same arguments, and there is no other', () => {
  const named = questionTools.map(({ name, input }) => [name.replaceAll('_', '-'), argumentsOf(input)])
  expect(named).toEqual(questions.map(({ name, schema }) => [name, argumentsOf(schema)]))
})

/** Tools that ask a route with its own parameters, but for what stands in the path. */
const sameParameters: Record<string, string> = {
  list_chronicles: 'GET /api/chronicles',
  chronicle_events: 'GET /api/chronicles/{id}/events',
  chronicle_entities: 'GET /api/chronicles/{id}/entities',
  chronicle_relationships: 'GET /api/chronicles/{id}/relationships',
  chronicle_consistency: 'GET /api/chronicles/{id}/consistency',
  event_causes: 'GET /api/chronicles/{id}/events/{eventId}/causes',
  timeline: 'GET /api/entities/{id}/timeline',
  ask_context: 'POST /api/chronicles/{id}/ask-context',
  query: 'POST /worlds/{world}/query',
}

it.each(Object.entries(sameParameters))('%s takes every parameter of %s, and no other', (name, asked) => {
  const route = mcpApiRoutes.find(({ method, path }) => `${method} ${path}` === asked)!
  const { querySchema, bodySchema } = route as { querySchema?: z.ZodObject; bodySchema?: z.ZodObject }
  const inPath = ['chronicle', 'id', 'event', ...(asked.includes('{world}') ? ['world'] : [])]
  const { input } = tools.find((tool) => tool.name === name)!
  const taken = Object.keys(input.shape).filter((field) => !inPath.includes(field))
  const parameters = { ...querySchema?.shape, ...bodySchema?.shape }
  expect(taken.sort()).toEqual(Object.keys(parameters).sort())
})

it('the docs list no tool that there is not', () => {
  const listed = [...readFileSync('docs/mcp.md', 'utf8').matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
  expect(listed.sort()).toEqual(tools.map(({ name }) => name).sort())
})

it('a part of a path is one segment, whatever it holds', () => {
  expect(path`/worlds/${'a/../b?c#d%'}/near`).toBe('/worlds/a%2F..%2Fb%3Fc%23d%25/near')
})

it('the cursor of the next page is read from the Link header', () => {
  expect(cursorOfLink('</worlds?limit=1&cursor=abc_-1>; rel="next"')).toBe('abc_-1')
  expect(cursorOfLink(undefined)).toBeUndefined()
})

it('a fork is named for its world, caller and day, and the name is never too long', () => {
  expect(forkName('palace', 'me', new Date(0))).toBe('palace~me~1970-01-01')
  expect(forkName('𝔴'.repeat(128), 'me', new Date(0)).length).toBeLessThanOrEqual(256)
})
