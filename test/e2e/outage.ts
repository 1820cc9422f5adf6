import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { type Call, callWith, type Target } from './target.ts'
import { everything, putEntity, setParameter, tenant, worldName } from './world.ts'

const longEntities = Array.from({ length: 50 }, (_, n) => ({
  ...{ id: `long-${n}`, position: [n, 0, 0], parameters: { text: 'x'.repeat(25_000) } },
}))

export const describeOutage = (target: () => Target): void => {
  let call: Call
  beforeAll(async () => {
    call = callWith(target(), await target().token(tenant, everything))
  })

  describe('while the database is away', () => {
    it('requests are accepted and applied in order when it is back', { timeout: 180_000 }, async () => {
      const world = worldName('outage')
      await putEntity(call, world, 'counter')
      const ids = Array.from({ length: 10 }, () => randomUUID())
      const [refusedId, longId] = [randomUUID(), randomUUID()]
      const parameter = { world, id: 'counter', name: 'n' }
      const outcome = async (id: string) => (await call('GET', `/requests/${id}?world=${world}`)).body

      const longWorld = worldName('outage-long')
      await target().stopDatabase()
      try {
        for (const [value, id] of ids.entries())
          expect(await setParameter(call, { ...parameter, value }, { 'x-request-id': id })).toMatchObject({
            status: 202,
            body: { success: true, request_id: id },
          })
        const ofNobody = { ...parameter, id: 'nobody', value: 1 }
        expect((await setParameter(call, ofNobody, { 'x-request-id': refusedId })).status).toBe(202)
        // longer than a queue takes
        const batch = { space_name: longWorld, entities: longEntities }
        expect(await call('POST', '/eustress/ingest/batch', batch, { 'x-request-id': longId })).toMatchObject(
          {
            status: 202,
          },
        )
        expect((await call('GET', `/worlds/${world}`)).status).toBe(503)
        expect((await outcome(ids[0]!)).status).toBe('waiting')
      } finally {
        await target().startDatabase()
      }

      for (const id of ids)
        await until('it is applied', async () => (await outcome(id)).status === 'applied', 90_000)
      const refused = await until('it is refused', async () => {
        const body = await outcome(refusedId)
        return body.status === 'refused' ? body : undefined
      })
      expect(refused).toMatchObject({ refusal: { code: 'entity-not-found' } })
      await until('the long one is applied', async () => {
        const { body } = await call('GET', `/requests/${longId}?world=${longWorld}`)
        return body.status === 'applied'
      })
      const values = []
      for (let seq = 3; seq < 13; seq++)
        values.push((await call('GET', `/worlds/${world}/entities/counter?asOf=${seq}`)).body.parameters.n)
      expect(values).toEqual(ids.map((_, value) => value))
      await until('the way is free again', async () => (await putEntity(call, world, 'x')).status === 200)
    })
  })
}
