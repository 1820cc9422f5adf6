import { beforeAll, describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { type Call, callWith, type Target } from './target.ts'
import { everything, putEntity, tenant, worldName } from './world.ts'

/** A task may first have to be started. */
const taskMs = 60_000

export const describePhysics = (target: () => Target): void => {
  let call: Call
  beforeAll(async () => {
    call = callWith(target(), await target().token(tenant, everything))
  })
  const physics = async (world: string) => (await call('GET', `/worlds/${world}/physics`)).body

  describe('the physics', () => {
    it('takes up a world in which something moves, and answers what is near', async () => {
      const world = worldName('system')
      await putEntity(call, world, 'sun', { parameters: { activity: 1, mass: 1_000, anchored: true } })
      await putEntity(call, world, 'planet', { position: [10, 0, 0], parameters: { activity: 1 } })
      await until('some ticks', async () => (await physics(world)).tick > 3, taskMs)
      const near = await until('an answer of the octree', async () => {
        const { body } = await call('GET', `/worlds/${world}/near?x=0&y=0&z=0&k=2`)
        return body.source === 'octree' && body.entities.length === 2 ? body.entities : undefined
      })
      expect(near.map(({ id }: { id: string }) => id)).toEqual(['sun', 'planet'])
      expect((await call('GET', `/near?x=0&y=0&z=0&k=1&world=${world}`)).body.entities).toMatchObject([
        { id: 'sun' },
      ])
      const { body } = await call('GET', `/worlds/${world}/ray?x=0&y=5&z=0&dx=0&dy=-1&dz=0&r=0.1`)
      expect(body.hit).toMatchObject({ id: 'sun' })
      const bodies = await call('GET', `/worlds/${world}/regions/*/bodies?limit=1`)
      expect(bodies.headers.get('link')).toContain('rel="next"')
      await until('the planet has fallen', async () => {
        const { physics: state } = (await call('GET', `/worlds/${world}/entities/planet`)).body
        return state.tick > 0 && state.position[0] < 10
      })
    })

    it('pauses, steps and follows what is written meanwhile', async () => {
      const world = worldName('clock')
      await putEntity(call, world, 'hand', { parameters: { activity: 1 } })
      await until('some ticks', async () => (await physics(world)).tick > 0, taskMs)
      expect((await call('POST', `/worlds/${world}/physics/pause`)).status).toBe(200)
      await until('the pause', async () => (await physics(world)).paused)
      const { tick } = await physics(world)
      await putEntity(call, world, 'face', { position: [100, 0, 0] })
      const { seq } = (await call('GET', `/worlds/${world}`)).body
      await until('the face', async () => (await physics(world)).seq === seq)
      const stepped = await call('POST', `/worlds/${world}/physics/step?ticks=5`)
      expect(stepped).toMatchObject({ status: 200, body: { bodies: 2 } })
      expect(stepped.body.tick).toBeGreaterThanOrEqual(tick + 5)
    })

    it('answers how a world was after a past tick, and as of a seq', async () => {
      const world = worldName('diary')
      await putEntity(call, world, 'hand', { parameters: { activity: 1, jitter: 1 } })
      await until('some ticks', async () => (await physics(world)).tick > 0, taskMs)
      expect((await call('POST', `/worlds/${world}/physics/pause`)).status).toBe(200)
      await until('the pause', async () => (await physics(world)).paused)
      const { tick, seq, stateHash } = await physics(world)
      expect((await call('POST', `/worlds/${world}/physics/step?ticks=5`)).status).toBe(200)
      const past = await until('the state of that tick', async () => {
        const answer = await call('GET', `/worlds/${world}/physics?tick=${tick}&entity=hand`)
        return answer.status === 200 ? answer.body : undefined
      })
      expect(past).toMatchObject({ tick, seq, stateHash, entities: [{ id: 'hand' }] })
      await putEntity(call, world, 'face', { position: [100, 0, 0] })
      const as = await call('GET', `/worlds/${world}/entities/hand?asOf=${seq}&physics=true`)
      expect(as).toMatchObject({ status: 200, body: { position: [0, 0, 0], physics: { jitter: 1 } } })
      expect(as.body.physics.position).not.toEqual([0, 0, 0])
    })
  })
}
