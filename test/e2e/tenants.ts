import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { type Call, callWith, type Target } from './target.ts'
import { everything, limitedTenant, putEntity, tenant, worldName } from './world.ts'

export const describeTenants = (target: () => Target): void => {
  let call: Call
  const as = async (name: string) => callWith(target(), await target().token(name, everything))
  beforeAll(async () => {
    call = await as(tenant)
  })

  describe('tenants', () => {
    it('do not see each other’s worlds', async () => {
      const world = worldName('secret')
      await putEntity(call, world, 'plan')
      const stranger = await as('globex')
      for (const path of [
        '',
        '/entities',
        '/entities/plan',
        '/physics',
        '/regions?cell=6',
        '/near?x=0&y=0&z=0&k=1',
      ])
        expect((await stranger('GET', `/worlds/${world}${path}`)).status).toBe(404)
      const { worlds } = (await stranger('GET', '/worlds')).body
      expect(worlds).not.toContainEqual(expect.objectContaining({ name: world }))
      expect((await putEntity(stranger, world, 'plan', { position: [9, 9, 9] })).status).toBe(200)
      expect((await call('GET', `/worlds/${world}/entities/plan`)).body.position).toEqual([0, 0, 0])
    })

    it('may do what their token’s scopes say, and nothing with one that ended or was changed', async () => {
      const world = worldName('gallery')
      await putEntity(call, world, 'picture')
      const token = await target().token(tenant, ['world:read'])
      const reader = callWith(target(), token)
      expect((await reader('GET', `/worlds/${world}`)).status).toBe(200)
      expect((await putEntity(reader, world, 'graffito')).status).toBe(403)
      for (const bad of [await target().expiredToken(tenant), `${token.slice(0, -8)}AAAAAAAA`, 'nonsense'])
        expect(await callWith(target(), bad)('GET', `/worlds/${world}`)).toMatchObject({
          status: 401,
          body: { status: 401 },
        })
      expect((await call('GET', `/worlds/${world}`)).body.entityCount).toBe(1)
    })

    it('get nothing without a token', async () => {
      const anonymous = callWith(target())
      for (const path of ['/worlds', '/worlds/w/entities', '/eustress/ingest/stats', '/requests/x', '/audit'])
        expect((await anonymous('GET', path)).status).toBe(401)
    })

    it('find what their administrators did, each under a hash', async () => {
      const world = worldName('court')
      await putEntity(call, world, 'judge')
      const id = randomUUID()
      await call('PATCH', `/worlds/${world}/settings`, { physics: { gravity: 2 } }, { 'x-request-id': id })
      const { entries } = (await call('GET', `/audit?world=${world}`)).body
      expect(entries).toMatchObject([
        { requestId: id, action: 'changeSettings', outcome: { status: 'applied' } },
      ])
      expect(entries[0].subject).toMatch(/^[0-9a-f]{16}$/)
    })

    it('send no more than their share', async () => {
      const miser = await as(limitedTenant)
      const answers = await Promise.all(Array.from({ length: 8 }, () => miser('GET', '/worlds')))
      const refused = answers.filter(({ status }) => status === 429)
      expect(refused.length).toBeGreaterThan(0)
      expect(answers.length - refused.length).toBeGreaterThan(0)
      expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await call('GET', '/worlds')).status).toBe(200)
    })

    it('send no longer bodies than they may', async () => {
      const miser = await as(limitedTenant)
      const refusal = await until('an answer about the body', async () => {
        const answer = await putEntity(miser, worldName('hoard'), 'coin', { name: 'x'.repeat(1_000) })
        return answer.status === 429 ? undefined : answer
      })
      expect(refusal).toMatchObject({ status: 413, body: { errors: [{ field: 'body' }] } })
    })
  })
}
