import * as z from 'zod'
import { databaseConnection, databaseSettings } from '#platform/config/database'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl, resourceUrls } from '#platform/config/settings'
import type { DatabaseConnection } from '#platform/postgres/connection'
import type { TickStoreSettings } from '#sync/stores/open'
import { tickStoreOf, tickStoreSettings } from '#sync/stores/settings'
import type { WorldOptions } from './held-world.ts'

/** What the service is told at its start. */
export interface PhysicsConfig extends WorldOptions {
  /** As orrery_physics. */
  database: DatabaseConnection
  /** Of a server on this machine; absent: what the environment tells the SDK, which is AWS if it says nothing. */
  sqsEndpoint: string | undefined
  awsRegion: string
  /** Events of worlds that nobody holds; FIFO. */
  wakeQueueUrl: string
  /** One FIFO queue for each slot. */
  slotQueueUrls: string[]
  /**
   * Has the processes counted anew: with it a scaler decides how many of them run, and only worlds that move are
   * taken up. Absent: this process always runs, for every world that changes.
   */
  demandQueueUrl: string | undefined
  /** Bells for the engines of the ledger, FIFO; absent: ticks are not kept, and nothing is committed. */
  ledgerQueueUrl: string | undefined
  /** Ticks are stored so often: commits wait for it, and on AWS each time is paid. */
  ledgerSegmentMs: number
  /** Beyond so many worlds a process waits whether another one comes for the next; absent: it takes all. */
  worldsPerTask: number | undefined
  /** How long it waits: time for a task to be started. */
  overloadAfterMs: number
  /** Checkpoints lie in this bucket; absent: in the folder. */
  objectsBucket: string | undefined
  /** The environment sends the SDK to a server other than AWS. */
  objectsPathStyle: boolean
  objectStoreDir: string | undefined
  /** Where tick snapshots are kept, and how long. */
  ticks: { store: TickStoreSettings; ttlSeconds: number }
  /** To listen on. */
  host: string
  /** 0: a free one. */
  port: number
  /** In a task of ECS: where it tells the task's address, which then stands in leases instead of `host`. */
  ecsMetadataUri: string | undefined
  /** In a task of ECS: where its scale-in protection is set. */
  ecsAgentUri: string | undefined
  /** A lease and a slot end so long after their last renewal. */
  leaseTtlMs: number
  renewEveryMs: number
  /** How often worlds without a holder are looked for. */
  scanEveryMs: number
  /** A world that needs no holder is given up so long after its last event or question. */
  idleReleaseMs: number
  /** Memory for past states that were asked about, of all worlds together. */
  historyBytes: number
  /** A question about one waits so long for it to be rebuilt. */
  historyBudgetMs: number
}

/** With these a world whose holder crashed is ticked again within lease + scan, 7 s, and what hydration takes. */
export const defaultPhysicsConfig = {
  sqsEndpoint: undefined,
  awsRegion: 'us-east-1',
  demandQueueUrl: undefined,
  ledgerQueueUrl: undefined,
  ledgerSegmentMs: 1_000,
  worldsPerTask: undefined,
  overloadAfterMs: 120_000,
  objectsBucket: undefined,
  objectsPathStyle: false,
  objectStoreDir: undefined,
  ticks: { store: { kind: 'memory', megabytes: 64 }, ttlSeconds: 600 },
  host: '127.0.0.1',
  port: 0,
  ecsMetadataUri: undefined,
  ecsAgentUri: undefined,
  leaseTtlMs: 6_000,
  leaseMarginMs: 1_500,
  renewEveryMs: 2_000,
  scanEveryMs: 1_000,
  idleReleaseMs: 60_000,
  writeBackMs: 1_000,
  checkpointEveryMs: 30_000,
  checkpointsKept: 3,
  checkpointsHourly: 24,
  checkpointsDaily: 0,
  tickHashShare: 0.01,
  historyBytes: 256 * 2 ** 20,
  historyBudgetMs: 2_000,
} satisfies Partial<PhysicsConfig>

const environment = z
  .object({
    SQS_ENDPOINT: z.url().optional(),
    AWS_REGION: resourceName.default(defaultPhysicsConfig.awsRegion),
    WAKE_QUEUE_URL: resourceUrl,
    SLOT_QUEUE_URLS: resourceUrls,
    PHYSICS_DEMAND_QUEUE_URL: resourceUrl.optional(),
    LEDGER_QUEUE_URL: resourceUrl.optional(),
    LEDGER_SEGMENT_MS: z.coerce
      .number('must be a number')
      .int()
      .min(100)
      .max(60_000)
      .default(defaultPhysicsConfig.ledgerSegmentMs),
    PHYSICS_WORLDS_PER_TASK: z.coerce.number('must be a number').int().min(1).optional(),
    OBJECTS_BUCKET: resourceName.optional(),
    OBJECT_STORE_DIR: resourceName.optional(),
    AWS_ENDPOINT_URL: resourceUrl.optional(),
    AWS_ENDPOINT_URL_S3: resourceUrl.optional(),
    HOST: resourceName.default(defaultPhysicsConfig.host),
    PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(defaultPhysicsConfig.port),
    ECS_CONTAINER_METADATA_URI_V4: resourceUrl.optional(),
    ECS_AGENT_URI: resourceUrl.optional(),
    /** `all` keeps every checkpoint, and the tick log with them: any tick can then be replayed. */
    CHECKPOINTS_KEPT: z
      .union([z.literal('all').transform(() => Number.POSITIVE_INFINITY), z.coerce.number().int().min(1)])
      .default(defaultPhysicsConfig.checkpointsKept),
    /** Hours and days of which one checkpoint stays, beside the newest; the tick log stays from the oldest on. */
    CHECKPOINTS_HOURLY: z.coerce.number().int().min(0).default(defaultPhysicsConfig.checkpointsHourly),
    CHECKPOINTS_DAILY: z.coerce.number().int().min(0).default(defaultPhysicsConfig.checkpointsDaily),
    /** Of the time; 0: ticks get no hash; 1: every tick gets one, whatever it takes. */
    TICK_HASH_SHARE: z.coerce
      .number('must be a number')
      .min(0)
      .max(1)
      .default(defaultPhysicsConfig.tickHashShare),
    PHYSICS_HISTORY_MB: z.coerce
      .number('must be a number')
      .min(0)
      .default(defaultPhysicsConfig.historyBytes / 2 ** 20),
    CHECKPOINT_EVERY_MS: z.coerce.number().int().min(1).default(defaultPhysicsConfig.checkpointEveryMs),
  })
  .refine(({ OBJECTS_BUCKET, OBJECT_STORE_DIR }) => (OBJECTS_BUCKET ?? OBJECT_STORE_DIR) !== undefined, {
    path: ['OBJECTS_BUCKET'],
    message: 'is missing, and so is OBJECT_STORE_DIR: one of them says where checkpoints lie',
  })

const settings = databaseSettings.and(environment).and(tickStoreSettings)

/**
 * The configuration that the environment says.
 *
 * @throws InvalidEnvironment that names each variable that is missing or wrong; Error where DATABASE_CA_FILE cannot be read
 */
export const readConfig = (variables: NodeJS.ProcessEnv): Readonly<PhysicsConfig> => {
  const data = readEnvironment('the physics service', settings, variables)
  return Object.freeze({
    ...defaultPhysicsConfig,
    database: databaseConnection(data),
    sqsEndpoint: data.SQS_ENDPOINT,
    awsRegion: data.AWS_REGION,
    wakeQueueUrl: data.WAKE_QUEUE_URL,
    slotQueueUrls: data.SLOT_QUEUE_URLS,
    demandQueueUrl: data.PHYSICS_DEMAND_QUEUE_URL,
    ledgerQueueUrl: data.LEDGER_QUEUE_URL,
    ledgerSegmentMs: data.LEDGER_SEGMENT_MS,
    worldsPerTask: data.PHYSICS_WORLDS_PER_TASK,
    objectsBucket: data.OBJECTS_BUCKET,
    objectsPathStyle: (data.AWS_ENDPOINT_URL_S3 ?? data.AWS_ENDPOINT_URL) !== undefined,
    objectStoreDir: data.OBJECT_STORE_DIR,
    ticks: tickStoreOf(data),
    host: data.HOST,
    port: data.PORT,
    ecsMetadataUri: data.ECS_CONTAINER_METADATA_URI_V4,
    ecsAgentUri: data.ECS_AGENT_URI,
    checkpointsKept: data.CHECKPOINTS_KEPT,
    checkpointsHourly: data.CHECKPOINTS_HOURLY,
    checkpointsDaily: data.CHECKPOINTS_DAILY,
    tickHashShare: data.TICK_HASH_SHARE,
    historyBytes: data.PHYSICS_HISTORY_MB * 2 ** 20,
    checkpointEveryMs: data.CHECKPOINT_EVERY_MS,
  })
}
