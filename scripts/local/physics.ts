import { fileURLToPath } from 'node:url'
import { type SupervisedChild, startChild } from './child.ts'
import type { LocalQueues } from './queues.ts'

export interface LocalPhysicsOptions {
  /** As orrery_physics. */
  databaseUrl: string
  queues: LocalQueues
  objectStoreDir: string
  env?: Record<string, string> | undefined
  log: (line: string) => void
}

export interface LocalPhysics extends SupervisedChild {
  /** Of the process that came up last. */
  url(): string
  slot(): string
}

const script = fileURLToPath(new URL('../../services/physics/main.ts', import.meta.url))

/** The physics service as a process of its own, on a free port of 127.0.0.1. */
export const startLocalPhysics = async (options: LocalPhysicsOptions): Promise<LocalPhysics> => {
  const { databaseUrl, queues, objectStoreDir, env = {}, log } = options
  const child = await startChild({
    name: 'physics',
    script,
    env: {
      DATABASE_URL: databaseUrl,
      SQS_ENDPOINT: queues.endpoint,
      AWS_REGION: queues.region,
      WAKE_QUEUE_URL: queues.urls.wake,
      SLOT_QUEUE_URLS: queues.urls.slots.join(','),
      LEDGER_QUEUE_URL: queues.urls.ledger,
      OBJECT_STORE_DIR: objectStoreDir,
      HOST: '127.0.0.1',
      PORT: '0',
      // of whatever else this shell is for: here metrics are read, not logged
      STAGE: '',
      ...env,
    },
    readyLine: /^physics ready on (\S+) slot (\d+)/,
    log,
  })
  return { ...child, url: () => child.ready()[1] ?? '', slot: () => child.ready()[2] ?? '' }
}
