import { ECSClient } from '@aws-sdk/client-ecs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type HttpStub, startHttpStub } from '../../test/support/http-stub.ts'
import { ecsService } from './ecs-service.ts'
import { type ScaleParts, scale } from './scale.ts'

/** The part of ECS's JSON protocol that has to do with the number of tasks. */
let ecs: HttpStub
let desiredCount: number
let client: ECSClient
let parts: ScaleParts
let worlds: number[]

beforeEach(async () => {
  desiredCount = 0
  worlds = [0]
  ecs = await startHttpStub(({ headers, body }) => {
    if (body.cluster !== 'orrery-test') return { status: 400, body: { __type: 'ClusterNotFoundException' } }
    if ((body.services?.[0] ?? body.service) !== 'physics')
      return { status: 200, body: { services: [], failures: [{ arn: 'x', reason: 'MISSING' }] } }
    if (operationOf(headers) === 'UpdateService') desiredCount = body.desiredCount
    const service = { serviceName: 'physics', status: 'ACTIVE', desiredCount, runningCount: 0 }
    return {
      status: 200,
      body: operationOf(headers) === 'UpdateService' ? { service } : { services: [service], failures: [] },
    }
  })
  client = new ECSClient({
    ...{ endpoint: ecs.url, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  parts = {
    // the last one holds from then on
    countWorlds: async () => (worlds.length > 1 ? worlds.shift()! : worlds[0]!),
    service: ecsService(client, 'orrery-test', 'physics'),
    limits: { maxTasks: 4, worldsPerTask: 10 },
    log: () => {},
  }
})
afterEach(async () => {
  client?.destroy()
  await ecs?.stop()
})

const operationOf = (headers: HttpStub['requests'][number]['headers']): string =>
  String(headers['x-amz-target']).replace('AmazonEC2ContainerServiceV20141113.', '')

const updates = (): number[] =>
  ecs.requests
    .filter(({ headers }) => operationOf(headers) === 'UpdateService')
    .map(({ body }) => body.desiredCount)

test('changes nothing where the number is right', async () => {
  await scale(parts)
  worlds = [11]
  desiredCount = 2
  await scale(parts)
  expect(updates()).toEqual([])
})

test('scales out, up to the limit, and in to nothing', async () => {
  for (const [count, tasks] of [
    [1, 1],
    [25, 3],
    [900, 4],
    [0, 0],
  ] as const) {
    worlds = [count]
    await scale(parts)
    expect(desiredCount).toBe(tasks)
  }
  expect(updates()).toEqual([1, 3, 4, 0])
})

test('counts again after it changed the number: worlds may have changed since the count', async () => {
  worlds = [0, 30]
  desiredCount = 1
  await scale(parts)
  expect(updates()).toEqual([0, 3])
})

test('of two at once with different counts the truth wins', async () => {
  worlds = [30]
  let release = () => {}
  const stale = scale({
    ...parts,
    countWorlds: (() => {
      const counts = [new Promise<number>((resolve) => (release = () => resolve(0)))]
      return () => counts.shift() ?? Promise.resolve(30)
    })(),
  })
  await scale(parts)
  expect(desiredCount).toBe(3)
  release()
  await stale
  expect(updates()).toEqual([3, 0, 3])
})

test('gives up where the worlds never stand still', async () => {
  worlds = [1, 11, 21, 1, 11, 21]
  await expect(scale(parts)).rejects.toThrow('changed 5 times')
})

test('says which service ECS does not know', async () => {
  const service = ecsService(client, 'orrery-test', 'nothing')
  await expect(scale({ ...parts, service })).rejects.toThrow(
    'ECS knows no service nothing in orrery-test: MISSING',
  )
  await expect(scale({ ...parts, service: ecsService(client, 'other', 'physics') })).rejects.toThrow(
    expect.objectContaining({ name: 'ClusterNotFoundException' }),
  )
})
