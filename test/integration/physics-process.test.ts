import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { claimSlot } from '#physics/slots'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { startHttpStub } from '../support/http-stub.ts'
import { createPhysicsHarness, type PhysicsHarness, put } from '../support/physics-harness.ts'
import { startTcpProxy, through } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

let physics: PhysicsHarness
beforeEach(async () => {
  physics = await createPhysicsHarness()
})
afterEach(() => physics?.close())

const main = fileURLToPath(new URL('../../services/physics/main.ts', import.meta.url))

const environment = () => ({
  DATABASE_URL: physics.config.database.connectionString,
  SQS_ENDPOINT: physics.config.sqsEndpoint!,
  WAKE_QUEUE_URL: physics.config.wakeQueueUrl,
  SLOT_QUEUE_URLS: physics.config.slotQueueUrls.join(','),
  OBJECT_STORE_DIR: physics.objectsDir,
})

it('says when it is ready, and on SIGTERM leaves everything written and released', async () => {
  const child = spawn(process.execPath, [main], { env: { ...process.env, ...environment() }, stdio: 'pipe' })
  const exited = once(child, 'exit')
  try {
    const lines = createInterface({ input: child.stdout })
    const [line] = (await once(lines, 'line')) as [string]
    expect(line).toMatch(/^physics ready on http:\/\/127\.0\.0\.1:\d+ slot 0$/)
    const { worldId, seq } = await physics.send('w', [
      put('a', [0, 0, 0], { activity: 1 }),
      put('b', [5, 0, 0], { activity: 1 }),
    ])
    await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 3)
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    const one = async (text: string) => (await physics.pool.query(text, [worldId])).rows[0]
    const { tick, to_seq } = await one(
      'SELECT tick, to_seq FROM tick_log WHERE world_id = $1 ORDER BY tick DESC LIMIT 1',
    )
    expect(to_seq).toBe(seq)
    expect(await one('SELECT holder, token, active FROM leases WHERE world_id = $1')).toEqual({
      holder: null,
      token: 1,
      active: true,
    })
    expect((await physics.pool.query('SELECT FROM physics_slots')).rowCount).toBe(0)
    expect(await one('SELECT min(tick) AS tick FROM entity_physics_state WHERE world_id = $1')).toEqual({
      tick,
    })
    const keys = await filesystemObjectStore(physics.objectsDir).list(`checkpoints/${worldId}/`)
    expect(Number(keys.at(-1)!.match(/(\d+)_[^/]+\.orc$/)![1])).toBe(tick)
  } finally {
    child.kill('SIGKILL')
    await exited
  }
})

it('names what is missing in its environment', async () => {
  const { SLOT_QUEUE_URLS: _, ...incomplete } = environment()
  const env = { ...process.env, ...incomplete, WAKE_QUEUE_URL: 'nowhere' }
  const child = spawn(process.execPath, [main], { env, stdio: 'pipe' })
  const exited = once(child, 'exit')
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  expect(await exited).toEqual([1, null])
  expect(errors).toMatch(/WAKE_QUEUE_URL: .*SLOT_QUEUE_URLS: /s)
})

/** What ECS tells a task and is told by it, and what a task has instead of a laptop's things. */
const asTask = async () => {
  const endpoint = physics.config.sqsEndpoint!
  const s3 = createS3Client({ endpoint, region: 'us-east-1' })
  await s3.send(new CreateBucketCommand({ Bucket: 'orrery-objects' }))
  const ecs = await startHttpStub(({ body }) => ({
    status: 200,
    body:
      body === undefined
        ? {
            Labels: {
              'com.amazonaws.ecs.task-definition-family': 'physics',
              'com.amazonaws.ecs.task-definition-version': '3',
            },
            Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['127.0.0.1'] }],
          }
        : { protection: { ProtectionEnabled: body.ProtectionEnabled } },
  }))
  const { SQS_ENDPOINT: _, OBJECT_STORE_DIR: __, ...rest } = environment()
  const env = {
    ...process.env,
    ...rest,
    ...{ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    OBJECTS_BUCKET: 'orrery-objects',
    PHYSICS_DEMAND_QUEUE_URL: physics.demandQueueUrl,
    ECS_CONTAINER_METADATA_URI_V4: `${ecs.url}/v4/task`,
    ECS_AGENT_URI: `${ecs.url}/api/task`,
    HOST: '0.0.0.0',
  }
  const protections = () =>
    ecs.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body.ProtectionEnabled)
  const stop = async () => {
    s3.destroy()
    await ecs.stop()
  }
  return { env, objects: s3ObjectStore(s3, 'orrery-objects'), protections, stop }
}

it('runs as a task of ECS: its address, its protection, its bucket, and a newer revision that takes over', async () => {
  const task = await asTask()
  const child = spawn(process.execPath, [main], { env: task.env, stdio: 'pipe' })
  const exited = once(child, 'exit')
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    expect(line).toMatch(/^physics ready on http:\/\/127\.0\.0\.1:\d+ slot 0$/)
    expect(task.protections()).toEqual([])
    const { worldId } = await physics.send('w', [put('a', [0, 0, 0], { activity: 1 })])
    await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 3)
    await until('it is protected', () => task.protections().at(-1) === true)
    await claimSlot(physics.pool, { holder: 'new', revision: 'physics:4', startedAt: new Date() }, 1, 1_000)
    expect(await exited).toEqual([0, null])
    const { rows } = await physics.pool.query('SELECT holder, address FROM leases')
    expect(rows).toEqual([{ holder: null, address: line.split(' ')[3] }])
    expect((await task.objects.list(`checkpoints/${worldId}/`)).length).toBeGreaterThan(0)
  } finally {
    child.kill('SIGKILL')
    await exited
    await task.stop()
  }
})

it('waits where PostgreSQL is asleep when it starts, and can be stopped meanwhile', async () => {
  const proxy = await startTcpProxy(Number(new URL(environment().DATABASE_URL).port))
  proxy.cut()
  const env = { ...process.env, ...environment(), DATABASE_URL: through(environment().DATABASE_URL, proxy) }
  const run = () => {
    const child = spawn(process.execPath, [main], { env, stdio: 'pipe' })
    const firstLine = (stream: Readable) => once(createInterface({ input: stream }), 'line')
    return {
      child,
      ...{ exited: once(child, 'exit'), waits: firstLine(child.stderr), ready: firstLine(child.stdout) },
    }
  }
  const [impatient, patient] = [run(), run()]
  try {
    for (const { waits } of [impatient, patient]) expect((await waits)[0]).toContain('no slot yet')
    impatient.child.kill('SIGTERM')
    expect(await impatient.exited).toEqual([0, null])
    proxy.restore()
    expect((await patient.ready)[0]).toMatch(/^physics ready on .* slot 0$/)
  } finally {
    for (const { child } of [impatient, patient]) child.kill('SIGKILL')
    await patient.exited
    await proxy.stop()
  }
})
