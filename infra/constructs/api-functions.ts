import type { Stack } from 'aws-cdk-lib'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Deployment } from '../deployment.ts'
import type { Foundation } from '../foundation.ts'
import { grantEmbedding } from './embedding.ts'
import { createFunction, type FunctionOptions } from './function.ts'

export interface ApiFunctions {
  /** The bridge of engines. */
  ingest: LambdaFunction
  /** Worlds, entities, relationships, physics. */
  world: LambdaFunction
  /** What is asked of a world's entities. */
  query: LambdaFunction
  /** The state of worlds, and streams of what changes it. */
  sync: LambdaFunction
  /** Training sets and their samples. */
  training: LambdaFunction
  /** Ticks of external services, gamma, commits, and who administers them. */
  ledger: LambdaFunction
  /** What is told of worlds. */
  chronicle: LambdaFunction
  /** Model Context Protocol: its tools ask the routes of the others within it. */
  mcp: LambdaFunction
  /** Requests, health, dead letters, what worlds cost, audit, the OpenAPI document. */
  status: LambdaFunction
}

/** The gateway waits no longer for an answer that comes whole. */
const bufferedSeconds = 29
/** A snapshot of a large world streams for a while. */
const streamedSeconds = 120
/** A stream is open for as long as the gateway lets it, and ends by itself before. */
const openSeconds = 900
/** A fork goes on when the gateway has stopped waiting; more than its transaction may take (functions/create-api.ts). */
const forkSeconds = 310

type Described = Pick<FunctionOptions, 'name' | 'description' | 'memoryMiB'> & Partial<FunctionOptions>

export const createApiFunctions = (
  stack: Stack,
  deployment: Deployment,
  foundation: Foundation,
): ApiFunctions => {
  const { vpc, security } = foundation.network
  const reading = (described: Described) => createReader(stack, deployment, foundation, described)
  const writing = (described: Described) => grantWriting(reading, foundation, described)
  const committing = (described: Described) => grantLedger(writing, foundation, described)
  const demanding = (described: Described) => grantDemand(writing, foundation, described)
  const embedding = (made: LambdaFunction) => {
    grantEmbedding(deployment, made)
    return made
  }
  const watching = (described: Described) => grantTicks(reading, foundation, described)
  const querying = (described: Described) => {
    const environment = { OBJECTS_BUCKET: foundation.data.objects.bucketName, ...described.environment }
    const made = grantUnsealing(reading, foundation, { ...described, environment })
    grantPast(made, foundation)
    return made
  }
  return {
    ingest: grantUnsealing(writing, foundation, {
      ...{ name: 'api-ingest', description: 'What game engines send and read', memoryMiB: 1_769 },
    }),
    world: demanding({
      ...{ name: 'api-world', description: 'Worlds, entities, relationships, physics', memoryMiB: 1_024 },
      network: { vpc, securityGroups: [security.functions, security.physicsClients] },
      timeoutSeconds: forkSeconds,
    }),
    query: querying({
      ...{ name: 'api-query', description: "Queries of a world's entities", memoryMiB: 1_024 },
      timeoutSeconds: bufferedSeconds,
    }),
    sync: watching({
      ...{
        name: 'api-sync',
        description: 'The state of worlds, and streams of what changes it',
        memoryMiB: 512,
      },
      network: { vpc, securityGroups: [security.functions, security.physicsClients] },
      timeoutSeconds: deployment.settings.api.streaming ? openSeconds : bufferedSeconds,
    }),
    training: grantDatasets(reading, foundation, {
      ...{ name: 'api-training', description: 'Training sets and their samples', memoryMiB: 1_769 },
      timeoutSeconds: deployment.settings.api.streaming ? openSeconds : bufferedSeconds,
    }),
    ledger: committing({
      ...{ name: 'api-ledger', description: 'Ticks of external services, gamma, commits', memoryMiB: 1_024 },
    }),
    chronicle: embedding(
      writing({ name: 'api-chronicle', description: 'Chronicles and their events', memoryMiB: 1_024 }),
    ),
    mcp: embedding(
      demanding({
        ...{
          name: 'api-mcp',
          description: 'Tools for language models, over the other routes',
          memoryMiB: 1_024,
        },
        network: { vpc, securityGroups: [security.functions, security.physicsClients] },
        timeoutSeconds: forkSeconds,
      }),
    ),
    status: grantDoorbell(reading, foundation, {
      ...{
        name: 'api-status',
        description: 'Requests, health, dead letters, audit, OpenAPI',
        memoryMiB: 512,
      },
      timeoutSeconds: bufferedSeconds,
    }),
  }
}

const createReader = (
  stack: Stack,
  deployment: Deployment,
  { inVpc, data }: Foundation,
  { environment, ...described }: Described,
): LambdaFunction => {
  const { api, tenantLimits } = deployment.settings
  const made = createFunction(stack, deployment, {
    timeoutSeconds: api.streaming ? streamedSeconds : bufferedSeconds,
    service: 'api',
    database: { access: data.database, role: 'orrery_app' },
    network: inVpc,
    failuresShowIn: 'api',
    environment: {
      OVERFLOW_TABLE: data.overflowTable.tableName,
      LIMITS_TABLE: data.limitsTable.tableName,
      TENANT_LIMITS: JSON.stringify(tenantLimits),
      API_STREAMING: String(api.streaming),
      ...environment,
    },
    ...described,
  })
  data.overflowTable.grantLook(made)
  data.limitsTable.grantTake(made)
  return made
}

const grantWriting = (
  reading: (described: Described) => LambdaFunction,
  { data, messaging }: Foundation,
  described: Described,
): LambdaFunction => {
  const { doorbell, overflow, snapshots, chronicle } = messaging
  const made = reading({
    ...described,
    environment: {
      DOORBELL_QUEUE_URL: doorbell.url,
      OVERFLOW_QUEUE_URL: overflow.url,
      SNAPSHOTS_QUEUE_URL: snapshots.url,
      CHRONICLE_QUEUE_URL: chronicle.url,
      OBJECTS_BUCKET: data.objects.bucketName,
      ...described.environment,
    },
  })
  for (const queue of [doorbell, overflow, snapshots, chronicle]) queue.grantSend(made)
  grantPast(made, { data })
  data.overflowTable.grantUse(made)
  // a request that is too large for the queue, and what is left of it where it cannot wait after all
  data.objects.grant(made, ['put', 'delete'], 'overflow/')
  return made
}

/** For the routes that read the past: what has left the database. S3 says that an object is gone only to who may list. */
const grantPast = (made: LambdaFunction, { data }: Pick<Foundation, 'data'>): void => {
  data.objects.grant(made, ['get'], 'retained/')
  data.objects.grant(made, ['list'])
}

/** For the routes that wake the relay. */
const grantDoorbell = (
  create: (described: Described) => LambdaFunction,
  { messaging: { doorbell } }: Pick<Foundation, 'messaging'>,
  described: Described,
): LambdaFunction => {
  const made = create({
    ...described,
    environment: { DOORBELL_QUEUE_URL: doorbell.url, ...described.environment },
  })
  doorbell.grantSend(made)
  return made
}

/** For the routes that read tick snapshots. */
const grantTicks = (
  create: (described: Described) => LambdaFunction,
  { data: { ticksTable } }: Pick<Foundation, 'data'>,
  described: Described,
): LambdaFunction => {
  const made = create({
    ...described,
    environment: { TICKS_TABLE: ticksTable.tableName, ...described.environment },
  })
  ticksTable.grantRead(made)
  return made
}

/** For the routes that write or answer components: those of sensitive types are sealed. */
const grantUnsealing = (
  create: (described: Described) => LambdaFunction,
  { data: { sealingKey } }: Pick<Foundation, 'data'>,
  described: Described,
): LambdaFunction => {
  const made = create({
    ...described,
    environment: {
      ...(sealingKey !== undefined && { SEALING_KEY_ARN: sealingKey.keyArn }),
      ...described.environment,
    },
  })
  sealingKey?.grantUse(made)
  return made
}

/** For the routes that ask for datasets and hand out their files. */
const grantDatasets = (
  reading: (described: Described) => LambdaFunction,
  { data, messaging: { snapshots } }: Foundation,
  described: Described,
): LambdaFunction => {
  const made = grantUnsealing(
    reading,
    { data },
    {
      ...described,
      environment: { SNAPSHOTS_QUEUE_URL: snapshots.url, OBJECTS_BUCKET: data.objects.bucketName },
    },
  )
  snapshots.grantSend(made)
  data.objects.grant(made, ['get'], 'datasets/')
  grantPast(made, { data })
  return made
}

/** For the routes that ask a physics task, which may have to be started first. */
const grantDemand = (
  writing: (described: Described) => LambdaFunction,
  { data, messaging: { physicsDemand } }: Foundation,
  described: Described,
): LambdaFunction => {
  const made = grantUnsealing(
    writing,
    { data },
    {
      ...described,
      environment: { PHYSICS_DEMAND_QUEUE_URL: physicsDemand.url },
    },
  )
  physicsDemand.grantSend(made)
  // forks sum up what was committed
  data.objects.grant(made, ['get'], 'archive/')
  return made
}

/** For the routes that bring ticks to the engines of the ledger, wake these, and read what was committed. */
const grantLedger = (
  writing: (described: Described) => LambdaFunction,
  { data, messaging: { ledger } }: Foundation,
  described: Described,
): LambdaFunction => {
  const made = writing({ ...described, environment: { LEDGER_QUEUE_URL: ledger.url } })
  ledger.grantSend(made)
  data.objects.grant(made, ['put'], 'ticks/')
  data.objects.grant(made, ['get'], 'archive/')
  return made
}
