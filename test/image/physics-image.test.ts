import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { IgnoreStrategy } from 'aws-cdk-lib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { createPhysicsHarness, type PhysicsHarness, put } from '../support/physics-harness.ts'
import { until } from '../support/until.ts'

// What can be proved of the image without a container engine: the commands of the Dockerfile are run with the files
// that it copies, as .dockerignore lets them through, and then its entry point with nothing else to see, as its user.
const isLinux = process.platform === 'linux'
const isRoot = process.getuid?.() === 0

const repository = fileURLToPath(new URL('../..', import.meta.url))
const dockerfile = readFileSync(join(repository, 'services/physics/Dockerfile'), 'utf8')
const instruction = (name: string): string =>
  dockerfile
    .split('\n')
    .findLast((line) => line.startsWith(`${name} `))!
    .slice(name.length + 1)

/** What a stage copies from the repository, and the programs of ours that it runs. */
const stageOf = (name: string): { copied: [from: string[], to: string][]; commands: string[][] } => {
  const lines = dockerfile.split(`AS ${name}\n`)[1]!.split('\nFROM ')[0]!.split('\n')
  const words = (what: string) =>
    lines.filter((line) => line.startsWith(`${what} `)).map((line) => line.split(' ').slice(1))
  const copied = words('COPY')
    .filter(([first]) => !first!.startsWith('--'))
    .map((paths): [string[], string] => [paths.slice(0, -1), paths.at(-1)!])
  return { copied, commands: words('RUN').filter(([program]) => program === 'node') }
}

const ignored = IgnoreStrategy.docker(
  repository,
  readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n'),
)
const isSent = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? !ignored.completelyIgnores(path)
    : !ignored.ignores(path)

let folder: string
let root: string

/** Makes the files of a stage below `folder` and runs its programs there. */
const runStage = (name: string, workDir: string): void => {
  const { copied, commands } = stageOf(name)
  const inFolder = (path: string) => resolve(join(folder, path.startsWith('/') ? '' : workDir), `./${path}`)
  for (const [sources, to] of copied)
    for (const source of sources) {
      const target = to === './' ? join(inFolder(to), source) : inFolder(to)
      cpSync(join(repository, source), target, { recursive: true, filter: (path) => isSent(path) })
    }
  expect(commands.length).toBeGreaterThan(0)
  for (const [, ...rest] of commands) {
    const paths = rest.map((path) => (path.startsWith('/') ? inFolder(path) : path))
    execFileSync(process.execPath, paths, {
      cwd: join(folder, workDir),
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
}

beforeAll(() => {
  if (!isLinux) return
  folder = mkdtempSync(join(tmpdir(), 'orrery-image-'))
  root = join(folder, 'root-files')
  mkdirSync(join(folder, 'source'))
  symlinkSync(join(repository, 'node_modules'), join(folder, 'source/node_modules'))
  runStage('bundle', 'source')
  runStage('root', '.')
})
afterAll(() => isLinux && rmSync(folder, { recursive: true, force: true }))

it('is built from no more than it needs', () => {
  for (const path of ['node_modules/pg', '.git/config', '.orrery/postgres', 'test/image', 'infra/app.ts'])
    expect(isSent(join(repository, path)), path).toBe(false)
  for (const path of ['services/physics/main.ts', 'services/physics/Dockerfile', 'package-lock.json'])
    expect(isSent(join(repository, path)), path).toBe(true)
})

it.runIf(isLinux)('holds Node, its libraries, certificates and the bundle, and no other program', () => {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
  const libraries = files.filter((file) => /^(usr\/)?lib(64)?\/.*\.so[.\d]*$/.test(file))
  expect(libraries.map((file) => file.split('/').at(-1))).toContain('libc.so.6')
  // the bundle: index.mjs, and chunks for what it imports when it needs it
  const bundle = files.filter((file) => file.startsWith('app/'))
  expect(bundle).toContain('app/index.mjs')
  for (const file of bundle) expect(file).toMatch(/^app\/[\w.-]+\.mjs(\.map)?$/)
  const others = files.filter((file) => !libraries.includes(file) && !bundle.includes(file))
  expect(others.toSorted()).toEqual([
    ...['etc/nsswitch.conf', 'etc/passwd'],
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

describe.runIf(isLinux && isRoot)('run with that root file system, for which the test has to be root', () => {
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
