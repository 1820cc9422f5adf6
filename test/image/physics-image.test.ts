import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { bundleFunction } from '../../scripts/bundle/bundle.ts'
import { createPhysicsHarness, type PhysicsHarness, put } from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

// What can be proved of the image without a container engine: its root file system is made by the program that the
// Dockerfile runs, and its entry point is run with nothing else to see, as its user. Only root may change the root.
const isRoot = process.getuid?.() === 0 && process.platform === 'linux'

const fileAt = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const certificates = fileAt('infra/layers/rds-certificates/rds-global-bundle.pem')
const dockerfile = readFileSync(fileAt('services/physics/Dockerfile'), 'utf8')
const instruction = (name: string): string =>
  dockerfile
    .split('\n')
    .findLast((line) => line.startsWith(`${name} `))!
    .slice(name.length + 1)

let folder: string
let root: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-image-'))
  root = join(folder, 'root')
  await bundleFunction('services/physics/main.ts', join(folder, 'bundle'))
  const assemble = fileAt('services/physics/image/assemble.ts')
  execFileSync(process.execPath, [assemble, join(folder, 'bundle'), certificates, root])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('holds Node, its libraries, certificates and the bundle, and no other program', () => {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
  const libraries = files.filter((file) => /^(usr\/)?lib(64)?\/.*\.so[.\d]*$/.test(file))
  expect(libraries.map((file) => file.split('/').at(-1))).toContain('libc.so.6')
  expect(files.filter((file) => !libraries.includes(file)).toSorted()).toEqual([
    ...['app/index.mjs', 'app/index.mjs.map', 'etc/nsswitch.conf', 'etc/passwd'],
    ...['etc/ssl/certs/ca-certificates.crt', 'opt/rds-global-bundle.pem', 'usr/bin/node'],
  ])
  for (const file of files) expect(statSync(join(root, file)).mode & 0o022, file).toBe(0)
})

it('says in its Dockerfile how it is run: as a user without rights, without a shell, from names of Docker Hub', () => {
  expect(instruction('USER')).toBe('65532:65532')
  expect(JSON.parse(instruction('ENTRYPOINT'))).toEqual([
    '/usr/bin/node',
    '--enable-source-maps',
    '/app/index.mjs',
  ])
  expect(instruction('FROM')).toBe('scratch')
  expect(dockerfile.match(/^ARG NODE_IMAGE=(.*)$/m)![1]).toMatch(/^node:24[\w.-]*$/)
})

describe.skipIf(!isRoot)('run with that root file system (skipped: needs root on Linux)', () => {
  let physics: PhysicsHarness
  beforeAll(async () => {
    physics = await createPhysicsHarness()
  })
  afterAll(() => physics?.close())

  it('ticks a world, keeps it in the bucket, and ends in order on SIGTERM', async () => {
    // as the host of a container does
    appendFileSync(join(root, 'etc/hosts'), '127.0.0.1 database.test\n')
    const databaseUrl = new URL(physics.config.database.connectionString)
    databaseUrl.hostname = 'database.test'
    const endpoint = physics.config.sqsEndpoint!
    const s3 = createS3Client({ endpoint, region: 'us-east-1' })
    await s3.send(new CreateBucketCommand({ Bucket: 'objects' }))
    const env = {
      // for finding chroot itself
      PATH: '/usr/sbin:/sbin:/usr/bin:/bin',
      ...{ HOME: '/', STAGE: 'test', LOG_LEVEL: 'INFO', HOST: '127.0.0.1' },
      ...{ DATABASE_URL: databaseUrl.href, OBJECTS_BUCKET: 'objects' },
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      WAKE_QUEUE_URL: physics.config.wakeQueueUrl,
      SLOT_QUEUE_URLS: physics.config.slotQueueUrls.join(','),
      PHYSICS_DEMAND_QUEUE_URL: physics.demandQueueUrl,
    }
    const entryPoint = JSON.parse(instruction('ENTRYPOINT')) as string[]
    const command = [`--userspec=${instruction('USER')}`, '--groups=', root, ...entryPoint]
    const child = spawn('chroot', command, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const exited = once(child, 'exit')
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
    try {
      const ready = new Promise<string>((found) => {
        createInterface({ input: child.stdout }).on(
          'line',
          (line) => line.includes('ready on') && found(line),
        )
      })
      await Promise.race([ready, exited.then(() => Promise.reject(new Error(said)))])
      expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m)
      const { worldId } = await physics.send('w', [put('a', [0, 0, 0], { activity: 1 })])
      await until('it ticks', async () => ((await physics.status(worldId))?.tick ?? 0) > 3)
      child.kill('SIGTERM')
      expect(await exited).toEqual([0, null])
      const kept = await s3ObjectStore(s3, 'objects').list(`checkpoints/${worldId}/`)
      expect(kept.length).toBeGreaterThan(0)
      expect((await physics.pool.query('SELECT holder FROM leases')).rows).toEqual([{ holder: null }])
    } finally {
      child.kill('SIGKILL')
      await exited
      s3.destroy()
    }
  })
})
