import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startLocalServer } from '#platform/http/local-server'
import { createFilesystemOverflow } from '#platform/overflow/filesystem'
import { createQueue, startLocalSqs } from '#platform/queue/local-sqs'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { createDoorbellRinger } from '#relay/doorbell'
import { apiRoutes } from '../../functions/api-routes.ts'
import { createApi } from '../../functions/create-api.ts'

// The API in a process of its own, as a bench measures it: rings real doorbells, that nobody answers. Started by
// fork with DATABASE_URL; sends its URL; ends when its parent disconnects.

const sqs = await startLocalSqs()
const client = createSqsClient({ endpoint: sqs.endpoint, region: 'us-east-1' })
const doorbell = createDoorbellRinger({
  queue: sqsQueue(client, await createQueue(client, 'doorbell')),
  now: () => performance.now(),
})
const api = createApi({
  routes: apiRoutes,
  database: { connectionString: process.env.DATABASE_URL! },
  overflow: await createFilesystemOverflow(mkdtempSync(join(tmpdir(), 'orrery-bench-'))),
  doorbell,
  reportFault: (error) => console.error(error),
})
const server = await startLocalServer({ handler: api.handler, port: 0 })
process.send!(server.url)
process.on('disconnect', () => process.exit(0))
