import { expect, it } from 'vitest'
import { readConfig } from './config.ts'

const queues = {
  WAKE_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/orrery-dev-physics-wake.fifo',
  SLOT_QUEUE_URLS:
    'https://sqs.us-east-1.amazonaws.com/1/0.fifo, https://sqs.us-east-1.amazonaws.com/1/1.fifo',
}
const local = {
  ...queues,
  DATABASE_URL: 'postgres://orrery_physics:secret@127.0.0.1:5432/orrery',
  OBJECT_STORE_DIR: '/tmp/objects',
}

it('on one machine: files, one process that takes everything', () => {
  expect(readConfig(local)).toMatchObject({
    database: { connectionString: local.DATABASE_URL },
    slotQueueUrls: [expect.stringMatching(/0\.fifo$/), expect.stringMatching(/1\.fifo$/)],
    objectStoreDir: '/tmp/objects',
    objectsBucket: undefined,
    demandQueueUrl: undefined,
    ecsAgentUri: undefined,
    ecsMetadataUri: undefined,
    worldsPerTask: undefined,
    host: '127.0.0.1',
    port: 0,
    ...{ checkpointsKept: 3, checkpointsHourly: 24, checkpointsDaily: 0 },
    ...{ tickHashShare: 0.01, historyBytes: 256 * 2 ** 20 },
  })
})

it('in a task of ECS', () => {
  const config = readConfig({
    ...queues,
    DATABASE_AUTH: 'secret',
    DATABASE_URL: 'postgres://orrery_physics@db.local:5432/orrery',
    DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:1:secret:db',
    AWS_REGION: 'eu-central-1',
    OBJECTS_BUCKET: 'orrery-dev-objects',
    PHYSICS_DEMAND_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/orrery-dev-physics-demand',
    PHYSICS_WORLDS_PER_TASK: '20',
    ECS_AGENT_URI: 'http://169.254.170.2/api/5f2b1c',
    ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/5f2b1c',
    HOST: '::',
    PORT: '7010',
    CHECKPOINTS_KEPT: 'all',
    CHECKPOINTS_HOURLY: '6',
    CHECKPOINTS_DAILY: '7',
    TICK_HASH_SHARE: '0.5',
    PHYSICS_HISTORY_MB: '64',
  })
  expect(config).toMatchObject({
    database: { connectionString: 'postgres://orrery_physics@db.local:5432/orrery' },
    ...{ awsRegion: 'eu-central-1', objectsBucket: 'orrery-dev-objects', worldsPerTask: 20 },
    ...{ host: '::', port: 7010, checkpointsKept: Number.POSITIVE_INFINITY },
    ...{ checkpointsHourly: 6, checkpointsDaily: 7, tickHashShare: 0.5, historyBytes: 64 * 2 ** 20 },
    ecsAgentUri: 'http://169.254.170.2/api/5f2b1c',
    ecsMetadataUri: 'http://169.254.170.2/v4/5f2b1c',
  })
  expect(config.database.password).toBeTypeOf('function')
})

it('names everything that is wrong at once', () => {
  const { OBJECT_STORE_DIR: _, DATABASE_URL: __, ...incomplete } = local
  expect(() => readConfig({ ...incomplete, PHYSICS_WORLDS_PER_TASK: 'many', PORT: '70000' })).toThrow(
    /physics service.*DATABASE_URL: is missing.*PHYSICS_WORLDS_PER_TASK: must be a number.*PORT: /s,
  )
  expect(() => readConfig({ ...local, OBJECT_STORE_DIR: '' })).toThrow(
    'OBJECTS_BUCKET: is missing, and so is OBJECT_STORE_DIR',
  )
})
