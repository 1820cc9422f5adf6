import { fileURLToPath } from 'node:url'
import { type SupervisedChild, startChild } from './child.ts'
import type { LocalQueues } from './queues.ts'

export interface LocalLedgerOptions {
  /** As orrery_background. */
  databaseUrl: string
  /** As orrery_app: what windows do to worlds takes the way of all writes. */
  writerUrl: string
  queues: LocalQueues
  objectStoreDir: string
  /** Of the copies of commits in SQLite and LevelDB; made when a world first asks for one. */
  storesDir: string
  log: (line: string) => void
}

export interface LocalLedger extends SupervisedChild {
  /** Of the process that came up last. */
  url(): string
}

const script = fileURLToPath(new URL('./ledger-process.ts', import.meta.url))

/** The ledger's engines as a process of their own: what they add up must not keep the API from answering. */
export const startLocalLedger = async (options: LocalLedgerOptions): Promise<LocalLedger> => {
  const { databaseUrl, writerUrl, queues, objectStoreDir, storesDir, log } = options
  const child = await startChild({
    name: 'ledger',
    script,
    env: {
      DATABASE_URL: databaseUrl,
      WRITER_DATABASE_URL: writerUrl,
      SQS_ENDPOINT: queues.endpoint,
      AWS_REGION: queues.region,
      LEDGER_QUEUE_URL: queues.urls.ledger,
      DOORBELL_QUEUE_URL: queues.urls.doorbell,
      OBJECT_STORE_DIR: objectStoreDir,
      LEDGER_STORES_DIR: storesDir,
    },
    readyLine: /^ledger ready on (\S+)/,
    log,
  })
  return { ...child, url: () => child.ready()[1] ?? '' }
}
