import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleFunction } from '../../scripts/bundle/bundle.ts'
import type { Target } from '../e2e/target.ts'
import { tenantLimits } from '../e2e/world.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'
import { type Cdk, createCdk, type Outputs } from './cdk.ts'
import { changeCode, resourcesOf } from './cloud-assembly.ts'
import { type Database, keepPasswords, startDatabase } from './database.ts'
import { type Endpoint, startEndpoint } from './endpoint.ts'
import { closeGaps, openAssets, takeOutGaps } from './endpoint-gaps.ts'
import { startTaskRunner, type TaskRunner } from './task-runner.ts'

/** The app, synthesized and deployed, with everything beside it. */
export interface Deployment extends Target {
  endpoint: Endpoint
  /** The folder of the synthesized app. */
  assembly: string
  tasks: TaskRunner
  /** Whom every token names. */
  user: string
  /** As if the minutes had passed for which a world is kept that somebody asked about. */
  forgetQuestions(): Promise<void>
  /** What the endpoint and the tasks have said so far. */
  logs(): string
  /** Deploys again, with the code of that function changed. */
  redeploy(functionName: string, change: (folder: string) => void): Promise<void>
}

/** What is to be stopped, the last first. */
export type Stops = (() => unknown)[]

/** Stops everything that is up, also where a part fails to, and throws what failed. */
export const stopAll = async (stops: Stops): Promise<void> => {
  const errors: unknown[] = []
  for (const stop of stops.splice(0)) {
    try {
      await stop()
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'some parts did not stop')
}

const audience = 'orrery'
const user = 'ada.lovelace@example.com'
const secretName = 'orrery-emulated-database'
const logDir = fileURLToPath(new URL('../../node_modules/.cache/orrery/test-deploy', import.meta.url))
const [endpointLog, physicsLog] = [join(logDir, 'endpoint.log'), join(logDir, 'physics.log')]

/**
 * Brings up PostgreSQL, an issuer of tokens and the endpoint, bootstraps, synthesizes the stage `emulated` and
 * deploys it. What is up is in `stops`, also where a later part fails.
 */
export const deploy = async (stops: Stops, log: (line: string) => void): Promise<Deployment> => {
  const step = timed(log)
  const scratchDir = makeScratchDir(stops)
  const keep = <T extends { stop(): unknown }>(part: T): T => {
    stops.unshift(part.stop)
    return part
  }
  mkdirSync(logDir, { recursive: true })
  for (const file of [endpointLog, physicsLog]) writeFileSync(file, '')
  log(`what the parts say is in ${logDir}`)
  const database = keep(await step('PostgreSQL', () => startDatabase(scratchDir)))
  const issuer = keep(await startIssuer(audience))
  const endpoint = keep(await step('endpoint', () => startEndpoint(scratchDir, endpointLog)))
  // the SDK's clients of the tests, too, find it there
  Object.assign(process.env, endpoint.env)
  await keepPasswords(secretName, database.password)

  const cdk = createCdk(endpoint.env, overridesOf(database, issuer), scratchDir)
  const assembly = join(scratchDir, 'cdk.out')
  const outputs = await deployApp(cdk, assembly, step)
  if (!endpoint.isOurs) stops.unshift(() => cdk.destroy(assembly))
  const tasks = keep(await step('physics', () => startTasks(endpoint, assembly, scratchDir)))
  const sign = (tenant: string, scopes: readonly string[], endsInSeconds: number) =>
    issuer.sign({ sub: user, tenant, scope: scopes.join(' ') }, endsInSeconds)
  return {
    ...{ endpoint, assembly, tasks, user, url: apiUrl(endpoint, outputs) },
    token: (tenant, scopes) => sign(tenant, scopes, 3_600),
    expiredToken: (tenant) => sign(tenant, ['world:read'], -600),
    logs: () => [endpointLog, physicsLog].map((file) => readFileSync(file, 'utf8')).join(''),
    stopDatabase: database.stop,
    startDatabase: database.start,
    forgetQuestions: () => database.run('UPDATE worlds SET physics_wanted_until = NULL'),
    redeploy: async (functionName, change) => {
      changeCode(assembly, functionName, change)
      await cdk.deploy(assembly)
    },
  }
}

type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>

const timed =
  (log: (line: string) => void): Step =>
  async (name, work) => {
    const began = performance.now()
    const result = await work()
    log(`${name}: ${((performance.now() - began) / 1_000).toFixed(1)} s`)
    return result
  }

const makeScratchDir = (stops: Stops): string => {
  const dir = mkdtempSync(join(tmpdir(), 'orrery-deploy-'))
  stops.unshift(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** What cdk.json cannot know of the stage. */
const overridesOf = (database: Database, issuer: Issuer) => ({
  database: { host: '127.0.0.1', port: database.port, secretName, tls: 'none' },
  identity: { issuer: issuer.url, audience },
  tenantLimits,
})

const deployApp = async (cdk: Cdk, assembly: string, step: Step): Promise<Outputs> => {
  await step('synth', () => cdk.synth(assembly))
  takeOutGaps(assembly)
  await step('bootstrap', () => cdk.bootstrap(assembly))
  await openAssets('us-east-1')
  const outputs = await step('deploy', () => cdk.deploy(assembly))
  await closeGaps(assembly)
  return outputs
}

const physicsEntry = fileURLToPath(new URL('../../services/physics/main.ts', import.meta.url))

/** The image's entry point, bundled as the image has it. */
const startTasks = async (endpoint: Endpoint, assembly: string, scratchDir: string): Promise<TaskRunner> => {
  await bundleFunction(physicsEntry, join(scratchDir, 'physics'))
  const [service] = resourcesOf(assembly, 'AWS::ECS::Service')
  const [cluster] = resourcesOf(assembly, 'AWS::ECS::Cluster')
  return startTaskRunner({
    ...{ cluster: cluster!.Properties.ClusterName, service: service!.Properties.ServiceName },
    endpoint: endpoint.url,
    script: join(scratchDir, 'physics', 'index.mjs'),
    env: { ...endpoint.env, HOST: '127.0.0.1', PORT: '0' },
    log: (line) => appendFileSync(physicsLog, `${line}\n`),
  })
}

/** Of the REST API's stage: on AWS a host name of its own, here a path. */
const apiUrl = (endpoint: Endpoint, outputs: Outputs): string => {
  const urls = Object.values(outputs).flatMap((values) => Object.values(values))
  const pattern = /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+\/([^/]+)\/?$/
  const [, api, stage] = urls.map((url) => pattern.exec(url)).find((match) => match !== null) ?? []
  if (api === undefined) throw new Error('no output of the app is the URL of its API')
  return `${endpoint.url}/_aws/execute-api/${api}/${stage}`
}
