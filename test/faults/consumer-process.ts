import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { startConsumer } from '#relay/consume-queue'
import { chainConsumer } from './chain-consumer.ts'
import type { ChildSettings } from './relay-processes.ts'

// One of the consumers of relay.test.ts.
const settings = JSON.parse(process.argv[2]!) as ChildSettings
const client = createSqsClient({ endpoint: settings.sqsEndpoint, region: 'us-east-1' })

startConsumer({
  pool: createPool({
    connectionString: settings.databaseUrl,
    applicationName: 'faults-consumer',
    max: 6,
    pipeline: true,
  }),
  consumer: chainConsumer,
  queue: sqsQueue(client, settings.eventsUrl),
  log: (line) => console.error(line),
  waitSeconds: 1,
})
process.on('disconnect', () => process.exit())
process.send!('ready')
