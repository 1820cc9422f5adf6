import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { v7 as uuidv7 } from 'uuid'
import { postgresLedgerStore } from '#ledger/adapters/postgres'
import { commitPlugins } from '#ledger/commit-plugins'
import { createCopies } from '#ledger/copies'
import { createOpenSpans } from '#ledger/open-spans'
import { startLedger } from '#ledger/run-local'
import { createServedShards } from '#ledger/served-shards'
import { readEnvironment } from '#platform/config/environment'
import { resourceName, resourceUrl } from '#platform/config/settings'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { watchParent } from '#platform/parent-watch'
import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { plainLog } from '#platform/telemetry/log'
import { prometheusContentType } from '#platform/telemetry/metrics'
import { prometheusMetrics } from '#platform/telemetry/prometheus'
import { createDoorbellRinger } from '#relay/doorbell'
import { createApiWriter } from '../../functions/api-writer.ts'
import { ledgerStoreSettings, localStoreOpeners } from './ledger-stores.ts'

const settings = ledgerStoreSettings.extend({
  /** As orrery_background. */
  DATABASE_URL: resourceUrl,
  /** As orrery_app. */
  WRITER_DATABASE_URL: resourceUrl,
  SQS_ENDPOINT: resourceUrl,
  AWS_REGION: resourceName,
  LEDGER_QUEUE_URL: resourceUrl,
  DOORBELL_QUEUE_URL: resourceUrl,
  OBJECT_STORE_DIR: resourceName,
  /** Of the copies in SQLite and LevelDB. */
  LEDGER_STORES_DIR: resourceName,
})

const concurrency = 2
const openSpansBytes = 256 * 2 ** 20

const serveMetrics = async (text: () => Promise<string>): Promise<Server> => {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return response.writeHead(404).end()
    try {
      return response.writeHead(200, { 'content-type': prometheusContentType }).end(await text())
    } catch {
      return response.destroy()
    }
  })
  await new Promise<void>((listening, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', listening)
  })
  return server
}

const run = async (): Promise<void> => {
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
  })
  const config = readEnvironment('the ledger', settings, process.env)
  const sqs = createSqsClient({ endpoint: config.SQS_ENDPOINT, region: config.AWS_REGION })
  const pool = createPool({
    connectionString: config.DATABASE_URL,
    applicationName: 'orrery-ledger',
    max: 2 * concurrency,
    // adding up for one shard keeps the others waiting, within their transactions too
    transactionTimeoutMs: 60_000,
  })
  const doorbell = createDoorbellRinger({
    queue: sqsQueue(sqs, config.DOORBELL_QUEUE_URL),
    now: () => performance.now(),
  })
  const { text, ...metrics } = prometheusMetrics('ledger')
  const writing = createApiWriter({ database: { connectionString: config.WRITER_DATABASE_URL }, doorbell })
  const objects = filesystemObjectStore(config.OBJECT_STORE_DIR)
  const log = plainLog((line) => console.error(line))
  const copies = createCopies({
    source: postgresLedgerStore({ pool, archive: objects, newId: uuidv7 }),
    openers: localStoreOpeners(config, config.LEDGER_STORES_DIR, objects),
    log,
  })
  const ledger = startLedger(
    {
      ...{ pool, doorbell, metrics, now: () => new Date(), newId: uuidv7, objects, copies, log },
      queue: sqsQueue(sqs, config.LEDGER_QUEUE_URL),
      openSpans: createOpenSpans(openSpansBytes),
      served: createServedShards(),
      acting: { writer: writing.writer, plugins: commitPlugins },
    },
    { concurrency },
  )
  const server = await serveMetrics(text)
  console.log(`ledger ready on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await asked
  await ledger.stop()
  await copies.close()
  await doorbell.flush()
  server.closeAllConnections()
  server.close()
  await Promise.all([pool.end(), writing.close()])
  sqs.destroy()
}

watchParent()
try {
  await run()
  process.exit(0)
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
