import { readFile } from 'node:fs/promises'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { generateApiTypes } from '../scripts/api-types/generate.ts'
import { ApiProblem, createApi } from './api.ts'
import { createTestServer, problem } from './test-server.ts'

const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status })

describe('the types of the API', () => {
  it('are those of the document that the code makes (npm run build:api-types)', async () => {
    const committed = await readFile(new URL('./api-types.ts', import.meta.url), 'utf8')
    expect((await generateApiTypes()) === committed, 'client/api-types.ts is up to date').toBe(true)
  })
})

describe('the typed API', () => {
  it('asks as the document says, and answers what it says', async () => {
    const { fetch, asked } = createTestServer(() => json({ id: 'a/b' }))
    const api = createApi({ url: 'http://api/prod/', token: async () => 'secret', fetch })
    const entity = await api.get('/worlds/{world}/entities/{id}', { path: { world: 'w', id: 'a/b' } })
    expect(asked[0]!.url.href).toBe('http://api/prod/worlds/w/entities/a%2Fb')
    expect(asked[0]!.headers.get('authorization')).toBe('Bearer secret')
    expectTypeOf(entity.position).toEqualTypeOf<[number, number, number]>()
    // @ts-expect-error no such path
    await api.get('/nowhere')
    // @ts-expect-error a world is needed
    await api.get('/worlds/{world}')
    // @ts-expect-error this path has no such method
    await api.delete('/worlds')
  })

  it('leads from page to page of a list', async () => {
    const headers = { link: '</worlds?limit=1&cursor=a%2Bb>; rel="next"' }
    const answers = [Response.json({ worlds: [] }, { headers }), Response.json({ worlds: [] })]
    const { fetch, asked } = createTestServer(() => answers.shift()!)
    const api = createApi({ url: '/prod', fetch: (at, init) => fetch(`http://api${at}`, init) })
    const { body, next } = await api.page('/worlds', { query: { limit: '1' } })
    expectTypeOf(body.worlds).toExtend<{ name: string }[]>()
    expect(next).toBe('a+b')
    expect(await api.page('/worlds', { query: { cursor: next! } })).toEqual({
      ...{ body: { worlds: [] }, next: undefined },
    })
    expect(asked[1]!.url.searchParams.get('cursor')).toBe('a+b')
  })

  it('asks once more with a new token, and tells a problem', async () => {
    let tokens = 0
    const answers = [problem(401, 'expired'), problem(404, 'There is no such world')]
    const { fetch, asked } = createTestServer(() => answers.shift()!)
    const api = createApi({ url: '', token: async () => `${++tokens}`, fetch })
    const asking = api.get('/worlds/{world}', { path: { world: 'w' } })
    await expect(asking).rejects.toThrow(ApiProblem)
    await expect(asking).rejects.toMatchObject({ status: 404, message: 'There is no such world' })
    expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer 1', 'Bearer 2'])
  })
})
