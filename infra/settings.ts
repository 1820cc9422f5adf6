import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { isSecure } from '#platform/http/loopback'
import { tenantLimits } from '#platform/limits/tenant-limits'

/** A stage of cdk.json is missing, or one of its settings is. */
export class InvalidSettings extends Error {
  readonly code = 'invalid-settings'
}

const stageName = /^[a-z][a-z0-9-]{0,19}$/

const rate = z.strictObject({ requestsPerSecond: z.number().positive(), burst: z.int().positive() })

const aurora = z.strictObject({
  kind: z.literal('aurora'),
  /** Capacity units of about 2 GiB; 0 lets it pause. */
  minAcu: z.number().min(0).max(256),
  maxAcu: z.number().min(1).max(256),
  /** Without connections; Aurora takes 5 minutes to a day. */
  pauseAfterMinutes: z.int().min(5).max(1_440).default(5),
  /** Pays a third more for capacity and nothing for I/O: cheaper where worlds move day and night. */
  ioOptimized: z.boolean().default(false),
  backupDays: z.int().min(1).max(35),
  deletionProtection: z.boolean(),
})

/** A PostgreSQL that is there already. */
const external = z.strictObject({
  kind: z.literal('external'),
  host: z.string().min(1),
  port: z.int().min(1).max(65_535).default(5_432),
  name: z.string().min(1).default('orrery'),
  /** In Secrets Manager: JSON `{ username, password, rolePassword }`, the owner's and that of the orrery_* roles. */
  secretName: z.string().min(1),
  /** `rds`: its certificate is checked against the authorities of RDS. */
  tls: z.enum(['rds', 'none']).default('rds'),
})

const identity = z.strictObject({
  /** Of an OpenID provider; its keys are read from its discovery document. */
  issuer: z.url().refine(isSecure, 'must be an https URL'),
  audience: z.string().min(1),
  tenantClaim: z.string().min(1).default('tenant'),
})

const domain = z.strictObject({
  name: z.hostname(),
  /** In ACM, in the stage's region. */
  certificateArn: z.string().startsWith('arn:'),
  /** Turns mutual TLS on: PEM of the authorities whose clients may connect, `s3://BUCKET/KEY`. */
  truststore: z
    .string()
    .regex(/^s3:\/\/[^/]+\/.+/, 'must be s3://BUCKET/KEY')
    .optional(),
})

const web = z.strictObject({
  enabled: z.boolean(),
  /** What the console is called at the issuer that `identity` names; the Cognito pool has a client for it. */
  clientId: z.string().min(1).default('orrery-console'),
})

const api = z.strictObject({
  /** Answers are streamed; only gateways that can (AWS can). */
  streaming: z.boolean().default(true),
  /** Of all callers together; each tenant has its own limits in `tenantLimits`. */
  throttle: rate.default({ requestsPerSecond: 500, burst: 1_000 }),
  domain: domain.optional(),
  /** The role by which API Gateway writes its logs belongs to the account: only one stage of a region sets it. */
  setsLogRole: z.boolean().default(true),
})

// functions get it in their environment, which has 4 KB in all
const limitsOfTenants = tenantLimits.refine(
  (limits) => JSON.stringify(limits).length <= 2_500,
  'must be at most 2,500 characters as JSON',
)

const physics = z.strictObject({
  /** Each has a queue of its own. */
  maxTasks: z.int().min(1).max(32).default(1),
  worldsPerTask: z.int().min(1).default(20),
  cpu: z.literal([256, 512, 1_024, 2_048, 4_096, 8_192, 16_384]).default(512),
  memoryMiB: z.int().min(512).default(1_024),
  containerInsights: z.boolean().default(false),
  /** Which checkpoints of a world stay, and with the oldest of them its tick log; absent: as `services/physics/config.ts` says. */
  checkpoints: z
    .strictObject({ newest: z.int().min(1), hourly: z.int().min(0), daily: z.int().min(0) })
    .partial()
    .default({}),
})

const ledger = z.strictObject({
  /** Engines at once; each has up to eight connections. */
  maxConcurrency: z.int().min(2).max(1_000).default(10),
  /** 1,769 is one core. */
  memoryMiB: z.int().min(512).max(10_240).default(1_769),
  /** A physics task stores its ticks so often: each time is paid, and commits wait for it. */
  segmentSeconds: z.int().min(1).max(60).default(10),
})

const search = z.strictObject({
  /** By what chronicle events are embedded; `hashing` is lexical and costs nothing, `off` searches without vectors. */
  embedder: z.enum(['hashing', 'bedrock', 'off']).default('hashing'),
  /** Of Bedrock, in the stage's region: Titan Text Embeddings v2, or another with its request and response. */
  model: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.:-]{0,139}$/, 'must be the id of a foundation model')
    .default('amazon.titan-embed-text-v2:0'),
  dimensions: z.literal([256, 512, 1_024]).default(256),
})

const stageSettings = z
  .strictObject({
    /** What becomes of data (database, buckets, tables, users) when its stack is deleted. */
    onDelete: z.enum(['destroy', 'retain']),
    logDays: z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]).default(14),
    database: z
      .discriminatedUnion('kind', [aurora, external])
      .refine((database) => database.kind !== 'aurora' || database.minAcu <= database.maxAcu, {
        path: ['minAcu'],
        message: 'must be at most maxAcu',
      }),
    /** Absent: a Cognito user pool is made. */
    identity: identity.optional(),
    /** Where the sign-in page of the Cognito pool may send the user back to. */
    signInCallbackUrls: z.array(z.url()).default(['http://localhost:7000/']),
    api: api.default(api.parse({})),
    tenantLimits: limitsOfTenants.prefault({ default: { requestsPerSecond: 50, burst: 200 } }),
    physics: physics.default(physics.parse({})),
    ledger: ledger.default(ledger.parse({})),
    search: search.default(search.parse({})),
    /** Component types whose data is encrypted with keys of the tenants: a key of KMS, 1 $ a month. */
    sensitiveComponents: z.boolean().default(false),
    /** How often what bells may have missed is looked for; each time wakes the database. */
    sweepHours: z.int().min(1).max(24).default(6),
    /** How long the event bus keeps events for a replay. */
    eventArchiveDays: z.int().min(1).default(14),
    /** Gets every alarm. */
    alarmEmail: z.email().optional(),
    /** Also alarms for what is slow, beside those for what is broken; each is 0.1 $ a month and metric. */
    alarmsOnSlowness: z.boolean().default(true),
    /** The first three of an account are free, each further one is 3 $ a month. */
    dashboard: z.boolean().default(true),
    /** The distribution of the web console, and of the API under the same name. */
    web: web.default(web.parse({ enabled: false })),
    /** False only where the endpoint is an emulator: it has no addresses of IPv6. */
    dualStackEndpoints: z.boolean().default(true),
  })
  .refine(({ web, api: { domain } }) => !web.enabled || domain?.truststore === undefined, {
    path: ['web', 'enabled'],
    message:
      'must be false where api.domain.truststore asks for certificates of clients: the distribution has none',
  })

export type StageSettings = Readonly<z.output<typeof stageSettings>>
export type AuroraSettings = z.output<typeof aurora>
export type ExternalDatabaseSettings = z.output<typeof external>

/**
 * The settings of one stage out of the `stages` of cdk.json's context.
 *
 * @param overrides laid over the stage, objects field by field: what is known only when it is deployed
 * @throws InvalidSettings that names the setting, or lists the stages where there is no such one
 */
export const readStage = (stages: unknown, name: string, overrides: unknown = {}): StageSettings => {
  const known = isObject(stages) ? stages : {}
  if (!Object.hasOwn(known, name))
    throw new InvalidSettings(
      `There is no stage '${name}'. cdk.json has ${Object.keys(known).join(', ') || 'none'}.`,
    )
  if (!isObject(overrides)) throw new InvalidSettings('-c overrides=… must be a JSON object')
  if (!stageName.test(name))
    throw new InvalidSettings(`stages.${name}: a stage's name is 1 to 20 of a-z, 0-9 and -, a letter first`)
  const parsed = stageSettings.safeParse(overlay(known[name], overrides))
  if (parsed.success) return Object.freeze(parsed.data)
  const problems = parsed.error.issues.flatMap(problemsOf)
  throw new InvalidSettings(problems.map((problem) => `stages.${name}.${problem}`).join('\n'))
}

const problemsOf = (issue: z.core.$ZodIssue): string[] => {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${[...issue.path, key].join('.')}: there is no such setting`)
  if (issue.code === 'invalid_type' && issue.input === undefined) return [`${path}: is missing`]
  return [`${path}: ${issue.message}`]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const overlay = (base: unknown, over: unknown): unknown => {
  if (!isObject(base) || !isObject(over)) return over === undefined ? base : over
  const keys = new Set([...Object.keys(base), ...Object.keys(over)])
  return Object.fromEntries([...keys].map((key) => [key, overlay(base[key], over[key])]))
}

/** The context of cdk.json, as the CDK gives it to the app. */
export const readCdkContext = (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8')).context
