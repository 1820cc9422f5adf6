import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  type TaskDefinition,
} from '@aws-sdk/client-ecs'
import { assumeRole } from './raw-api.ts'

export interface TaskRunnerOptions {
  endpoint: string
  cluster: string
  service: string
  /** What the image runs. */
  script: string
  /** Laid over the environment that the task definition gives the container. */
  env: Record<string, string>
  log: (line: string) => void
}

/** What ECS would do with one service. */
export interface TaskRunner {
  /** How many tasks the service wants. */
  desiredCount(): number
  isRunning(): boolean
  stop(): Promise<void>
}

const lookEveryMs = 250

/**
 * Runs the entry point of the service's image as a process, with the environment and the role of the deployed task
 * definition, as long as the service wants a task; SIGTERM when it does not any more.
 */
export const startTaskRunner = (options: TaskRunnerOptions): TaskRunner => {
  const client = new ECSClient()
  const stopping = new AbortController()
  let task: ChildProcess | undefined
  let desired = 0
  const isRunning = () => task !== undefined && task.exitCode === null && task.signalCode === null
  const look = async () => {
    const service = await describeService(client, options)
    desired = service.desiredCount ?? 0
    if (desired > 0 && !isRunning())
      task = await startTask(await describeTask(client, service.taskDefinition!), options)
    if (desired === 0 && isRunning()) await endTask(task!)
  }
  const looking = repeat(look, stopping.signal, options.log)
  const stop = async () => {
    stopping.abort()
    await looking
    if (isRunning()) await endTask(task!)
    client.destroy()
  }
  return { desiredCount: () => desired, isRunning, stop }
}

const describeService = async (client: ECSClient, { cluster, service }: TaskRunnerOptions) => {
  const { services } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }))
  const [found] = services ?? []
  if (found === undefined) throw new Error(`there is no service ${service} in ${cluster}`)
  return found
}

const describeTask = async (client: ECSClient, taskDefinition: string): Promise<TaskDefinition> =>
  (await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition!

const startTask = async (
  { taskRoleArn, containerDefinitions }: TaskDefinition,
  { endpoint, script, env, log }: TaskRunnerOptions,
): Promise<ChildProcess> => {
  const given = containerDefinitions![0]!.environment!.map(({ name, value }) => [name, value])
  const role = await assumeRole(endpoint, taskRoleArn!)
  const task = spawn(process.execPath, [script], {
    env: { ...Object.fromEntries(given), ...env, ...role, ORRERY_PARENT_WATCH: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  for (const stream of [task.stdout, task.stderr])
    createInterface({ input: stream }).on('line', (line) => log(line))
  return task
}

/** ECS, too, kills a task that does not end in time. */
const endTask = async (task: ChildProcess): Promise<void> => {
  const ended = once(task, 'exit')
  task.kill('SIGTERM')
  const timer = setTimeout(() => task.kill('SIGKILL'), 30_000)
  await ended
  clearTimeout(timer)
}

const repeat = async (look: () => Promise<void>, signal: AbortSignal, log: (line: string) => void) => {
  while (!signal.aborted) {
    await look().catch((error: Error) => log(`the service cannot be looked at: ${error.message}`))
    await delay(lookEveryMs, undefined, { signal }).catch(() => {})
  }
}
