import type { Context, SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type HttpStub, startHttpStub } from '../support/http-stub.ts'
import {
  createPhysicsHarness,
  type PhysicsHarness,
  physicsSettings,
  put,
} from '../support/physics-harness.ts'
import { startTcpProxy, type TcpProxy, through } from '../support/tcp-proxy.ts'

let physics: PhysicsHarness
let proxy: TcpProxy
let ecs: HttpStub
let desiredCount = 1

beforeAll(async () => {
  physics = await createPhysicsHarness()
  const databaseUrl = physics.database.url('orrery_relay')
  proxy = await startTcpProxy(Number(new URL(databaseUrl).port))
  ecs = await startHttpStub(({ body }) => {
    desiredCount = body.desiredCount ?? desiredCount
    return { status: 200, body: { service: {}, services: [{ desiredCount }] } }
  })
  const environment = {
    ...{ DATABASE_URL: through(databaseUrl, proxy), ECS_CLUSTER: 'orrery-test', ECS_SERVICE: 'physics' },
    ...{ PHYSICS_MAX_TASKS: '2', PHYSICS_WORLDS_PER_TASK: '1', AWS_REGION: 'us-east-1' },
    ...{ AWS_ENDPOINT_URL: ecs.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    LOG_LEVEL: 'SILENT',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await ecs?.stop()
  await physics?.close()
  await proxy?.stop()
})

const invoke = async (): Promise<number> => {
  const { handler } = await import('../../functions/physics-scaler/handler.ts')
  const event = { Records: [{ body: '{"reason":"activation"}' }] } as SQSEvent
  await handler(event, { awsRequestId: '1' } as Context)
  return desiredCount
}

it('sets the number of tasks to what the worlds in PostgreSQL need', async () => {
  expect(await invoke()).toBe(0)
  await physics.write('still', [put('a', [0, 0, 0])])
  expect(await invoke()).toBe(0)
  for (const world of ['one', 'two', 'three'])
    await physics.write(world, [put('a', [0, 0, 0], { activity: 1 })])
  expect(await invoke()).toBe(2)
  await physics.write('one', [physicsSettings({ paused: true })])
  await physics.write('two', [{ kind: 'delete-entity', entityId: 'a' }])
  expect(await invoke()).toBe(1)
})

it('fails while PostgreSQL cannot be reached, so that the messages come again, and then works', async () => {
  const before = ecs.requests.length
  proxy.cut()
  await expect(invoke()).rejects.toThrow()
  await expect(invoke()).rejects.toThrow()
  expect(ecs.requests.length).toBe(before)
  proxy.restore()
  expect(await invoke()).toBe(1)
})
