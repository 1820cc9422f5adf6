import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { type Call, callWith, type Target } from './target.ts'
import { everything, putEntity, setParameter, tenant, worldName } from './world.ts'

export const describeClient = (target: () => Target): void => {
  let call: Call
  beforeAll(async () => {
    call = callWith(target(), await target().token(tenant, everything))
  })

  describe('a client', () => {
    it('writes an entity and reads it back, now and as it was', async () => {
      const world = worldName('atelier')
      expect(await putEntity(call, world, 'lamp', { position: [1, 2, 3], tags: ['warm'] })).toMatchObject({
        status: 200,
        body: { success: true, snapshot_id: null },
      })
      expect((await putEntity(call, world, 'lamp', { position: [4, 5, 6] })).status).toBe(200)
      const path = `/worlds/${world}/entities/lamp`
      expect(await call('GET', path)).toMatchObject({ status: 200, body: { position: [4, 5, 6], tags: [] } })
      expect((await call('GET', `${path}?asOf=2&physics=false`)).body).toMatchObject({
        ...{ position: [1, 2, 3], tags: ['warm'], physics: null },
      })
      expect((await call('GET', `/worlds/${world}`)).body).toMatchObject({ seq: 3, entityCount: 1 })
    })

    it('sends a request again and it counts once', async () => {
      const world = worldName('again')
      await putEntity(call, world, 'counter')
      const parameter = { world, id: 'counter', name: 'n' }
      const id = { 'x-request-id': randomUUID() }
      const first = await setParameter(call, { ...parameter, value: 1 }, id)
      await setParameter(call, { ...parameter, value: 2 })
      const second = await setParameter(call, { ...parameter, value: 1 }, id)
      expect([first.status, second.status]).toEqual([200, 200])
      expect(second.headers.get('x-request-id')).toBe(id['x-request-id'])
      const { parameters } = (await call('GET', `/worlds/${world}/entities/counter`)).body
      expect(parameters).toEqual({ n: 2 })
      expect((await call('GET', `/requests/${id['x-request-id']}?world=${world}`)).body).toMatchObject({
        status: 'applied',
      })
    })

    it('sends a batch with its hierarchy, and reads the snapshot that it makes in one long answer', async () => {
      const world = worldName('archive')
      const text = 'a long inscription '.repeat(60)
      const entities = Array.from({ length: 2_000 }, (_, n) => ({
        ...{ id: `page-${n}`, position: [n, 0, 0], parameters: { text } },
      }))
      const connections = entities
        .slice(1)
        .map(({ id }) => ({ source_id: 'page-0', target_id: id, connection_type: 'hierarchy' }))
      const batch = JSON.stringify({ space_name: world, entities, connections })
      expect(batch.length).toBeGreaterThan(2_500_000)
      const { status, body } = await call('POST', '/eustress/ingest/batch', batch)
      expect(status).toBe(200)
      const snapshot = await call('GET', `/eustress/ingest/snapshots/${world}/${body.snapshot_id}`)
      expect(snapshot.status).toBe(200)
      expect(snapshot.body.entities).toHaveLength(2_000)
      expect(snapshot.body.hierarchy.roots).toEqual(['page-0'])
      expect(snapshot.body.metadata).toMatchObject({ hierarchy_depth: 1 })
    })

    it('gets the scene snapshots that a world wants by time', async () => {
      const world = worldName('diary')
      await call('POST', '/worlds', { name: world, settings: { snapshots: { everyMinutes: 0.01 } } })
      await putEntity(call, world, 'entry')
      await until('a snapshot', async () => {
        const { body } = await call('GET', `/eustress/ingest/snapshots/${world}?view=summary`)
        return body.length > 0
      })
    })

    it('is told what is wrong, and where', async () => {
      const misplaced = await putEntity(call, worldName('wrong'), 'x', { position: [0, 'far', 0] })
      expect(misplaced).toMatchObject({
        status: 400,
        body: { status: 400, errors: [{ field: 'entity.position[1]' }] },
      })
      expect(misplaced.headers.get('content-type')).toBe('application/problem+json')
      expect(await call('GET', `/worlds/${worldName('nowhere')}`)).toMatchObject({
        status: 404,
        body: { title: 'Not found' },
      })
      const tooMuch = JSON.stringify({ space_name: 'w', padding: 'x'.repeat(4 * 1024 * 1024) })
      expect((await call('POST', '/eustress/ingest/entity', tooMuch)).status).toBe(413)
    })

    it('finds the API described, and healthy', async () => {
      const { body } = await callWith(target())('GET', '/openapi.json')
      expect(body.paths).toHaveProperty('/eustress/ingest/entity')
      expect(await call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'up' } })
    })
  })
}
