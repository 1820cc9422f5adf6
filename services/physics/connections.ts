import { filesystemObjectStore } from '#platform/object-store/filesystem'
import type { ObjectStore } from '#platform/object-store/object-store'
import { createPool } from '#platform/postgres/pool'
import type { Queue } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import type { PhysicsConfig } from './config.ts'
import { writeBackConnections, writeBackPoolOptions } from './write-back.ts'

const controlTimeoutMs = 5_000
const queryTimeoutMs = 15_000

/** Pools by what must not wait for what. */
export const openPools = ({ database, leaseTtlMs }: PhysicsConfig) => {
  const shared = { ...database, applicationName: 'orrery-physics' }
  /** Leases and slots. */
  const control = createPool({ ...shared, max: 3, queryTimeoutMs: Math.min(controlTimeoutMs, leaseTtlMs) })
  /** Tick log and event log. */
  const data = createPool({ ...shared, max: 6, queryTimeoutMs })
  /** Hydration and past states: a query timeout would end a COPY that is under way. */
  const loading = createPool({ ...shared, max: 3 })
  const write = createPool({ ...shared, max: writeBackConnections, queryTimeoutMs, ...writeBackPoolOptions })
  const end = async (): Promise<void> => {
    await Promise.all([control, data, loading, write].map((pool) => pool.end()))
  }
  return { control, data, loading, write, end }
}

export interface PhysicsQueues {
  wake: Queue
  slot(slot: number): Queue
  /** Absent where this process always runs. */
  demand: Queue | undefined
  /** Of bells for the ledger's engines; absent: ticks are not kept. */
  ledger: Queue | undefined
  end(): void
}

export const openQueues = (config: PhysicsConfig): PhysicsQueues => {
  const { sqsEndpoint: endpoint, awsRegion: region, wakeQueueUrl, slotQueueUrls, demandQueueUrl } = config
  const { ledgerQueueUrl } = config
  const client = createSqsClient({ endpoint, region })
  return {
    wake: sqsQueue(client, wakeQueueUrl),
    slot: (slot) => sqsQueue(client, slotQueueUrls[slot]),
    ledger: ledgerQueueUrl === undefined ? undefined : sqsQueue(client, ledgerQueueUrl),
    demand: demandQueueUrl === undefined ? undefined : sqsQueue(client, demandQueueUrl),
    end: () => client.destroy(),
  }
}

/** The bucket or the folder of the configuration. The client of S3 is loaded only where there is a bucket. */
export const openObjects = async (
  config: Pick<PhysicsConfig, 'objectsBucket' | 'objectStoreDir' | 'awsRegion' | 'objectsPathStyle'>,
): Promise<ObjectStore> => {
  const { objectsBucket, objectStoreDir, awsRegion: region, objectsPathStyle: pathStyle } = config
  if (objectsBucket === undefined) return filesystemObjectStore(objectStoreDir!)
  const { createS3Client, s3ObjectStore } = await import('#platform/object-store/s3')
  return s3ObjectStore(createS3Client({ region, pathStyle }), objectsBucket)
}
