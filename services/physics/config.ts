import * as z from 'zod'
import type { WorldOptions } from './held-world.ts'

/** What the service is told at its start. */
export interface PhysicsConfig extends WorldOptions {
  /** As orrery_physics. */
  databaseUrl: string
  /** Of a LocalStack-compatible server; absent: AWS. */
  sqsEndpoint: string | undefined
  awsRegion: string
  /** Events of worlds that nobody holds; FIFO. */
  wakeQueueUrl: string
  /** One FIFO queue for each slot. */
  slotQueueUrls: string[]
  /** Checkpoints lie here as files. */
  objectStoreDir: string
  host: string
  /** 0: a free one. */
  port: number
  /** A lease and a slot end so long after their last renewal. */
  leaseTtlMs: number
  renewEveryMs: number
  /** How often worlds without a holder are looked for. */
  scanEveryMs: number
  /** A world without an active body is given up so long after its last event. */
  idleReleaseMs: number
}

/** With these a world whose holder crashed is ticked again within lease + scan, 7 s, and what hydration takes. */
export const defaultPhysicsConfig = {
  sqsEndpoint: undefined,
  awsRegion: 'us-east-1',
  host: '127.0.0.1',
  port: 0,
  leaseTtlMs: 6_000,
  leaseMarginMs: 1_500,
  renewEveryMs: 2_000,
  scanEveryMs: 1_000,
  idleReleaseMs: 60_000,
  writeBackMs: 1_000,
  checkpointEveryMs: 30_000,
  checkpointsKept: 3,
} satisfies Partial<PhysicsConfig>

const environment = z.object({
  DATABASE_URL: z.string().min(1),
  SQS_ENDPOINT: z.url().optional(),
  AWS_REGION: z.string().min(1).default(defaultPhysicsConfig.awsRegion),
  WAKE_QUEUE_URL: z.url(),
  SLOT_QUEUE_URLS: z
    .string()
    .transform((urls) => urls.split(',').map((url) => url.trim()))
    .pipe(z.array(z.url()).min(1)),
  OBJECT_STORE_DIR: z.string().min(1),
  HOST: z.string().min(1).default(defaultPhysicsConfig.host),
  PORT: z.coerce.number().int().min(0).max(65_535).default(defaultPhysicsConfig.port),
  /** `all` keeps every checkpoint, and the tick log with them: any tick can then be replayed. */
  CHECKPOINTS_KEPT: z
    .union([z.literal('all').transform(() => Number.POSITIVE_INFINITY), z.coerce.number().int().min(1)])
    .default(defaultPhysicsConfig.checkpointsKept),
  CHECKPOINT_EVERY_MS: z.coerce.number().int().min(1).default(defaultPhysicsConfig.checkpointEveryMs),
})

/**
 * The configuration that the environment says.
 *
 * @throws Error that names each variable that is missing or wrong.
 */
export const readConfig = (variables: NodeJS.ProcessEnv): Readonly<PhysicsConfig> => {
  const parsed = environment.safeParse(variables)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path[0]?.toString()}: ${message}`)
    throw new Error(`The environment of the physics service is not complete. ${problems.join('; ')}`)
  }
  const { data } = parsed
  return Object.freeze({
    ...defaultPhysicsConfig,
    databaseUrl: data.DATABASE_URL,
    sqsEndpoint: data.SQS_ENDPOINT,
    awsRegion: data.AWS_REGION,
    wakeQueueUrl: data.WAKE_QUEUE_URL,
    slotQueueUrls: data.SLOT_QUEUE_URLS,
    objectStoreDir: data.OBJECT_STORE_DIR,
    host: data.HOST,
    port: data.PORT,
    checkpointsKept: data.CHECKPOINTS_KEPT,
    checkpointEveryMs: data.CHECKPOINT_EVERY_MS,
  })
}
