import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { startRelay } from '#relay/run-local'
import type { ChildSettings } from './relay-processes.ts'

// One of the relays of relay.test.ts.
const settings = JSON.parse(process.argv[2]!) as ChildSettings
const client = createSqsClient({ endpoint: settings.sqsEndpoint, region: 'us-east-1' })
const events = sqsQueue(client, settings.eventsUrl)

startRelay(
  {
    pool: createPool({ connectionString: settings.databaseUrl, applicationName: 'faults-relay', max: 6 }),
    destinations: [{ name: 'faults', kind: 'ordered', queueFor: async () => events }],
    doorbell: sqsQueue(client, settings.doorbellUrl),
    newId: randomUUID,
    monotonicMs: () => performance.now(),
    random: Math.random,
    log: (line) => console.error(line),
  },
  { waitSeconds: 1, concurrency: 4 },
)
process.on('disconnect', () => process.exit())
process.send!('ready')
