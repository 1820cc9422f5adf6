import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { startConsumer } from '#relay/consume-queue'
import type { Consumer } from '#relay/consumer'

// The consumer of `npm run bench relay`: node relay-consumer.ts DATABASE_URL SQS_ENDPOINT QUEUE_URL

const countText = `
  INSERT INTO bench_effects AS e (world_id, events, last_seq) VALUES ($1, $2, $3)
  ON CONFLICT (world_id) DO UPDATE SET events = e.events + excluded.events, last_seq = excluded.last_seq`

/** Counts, and so that a disorder shows, refuses events that do not follow each other. */
const counter: Consumer = {
  name: 'bench',
  apply: async (client, { worldId }, events) => {
    const first = events[0]!.seq
    for (const [index, { seq }] of events.entries())
      if (seq !== first + index) throw new Error(`event ${seq} stands where ${first + index} should`)
    await client.query({
      name: 'count',
      text: countText,
      values: [worldId, events.length, events.at(-1)!.seq],
    })
  },
}

const [databaseUrl, endpoint, queueUrl] = process.argv.slice(2)
const client = createSqsClient({ endpoint, region: 'us-east-1' })
startConsumer({
  pool: createPool({ connectionString: databaseUrl!, applicationName: 'bench-consumer', pipeline: true }),
  consumer: counter,
  queue: sqsQueue(client, queueUrl!),
  log: console.error,
})
console.log('ready')
