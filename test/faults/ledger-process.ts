import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import type { EngineContext } from '#ledger/engine'
import { createOpenSpans } from '#ledger/open-spans'
import { startLedger } from '#ledger/run-local'
import { filesystemObjectStore } from '#platform/object-store/filesystem'
import { watchParent } from '#platform/parent-watch'
import { createPool } from '#platform/postgres/pool'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { noMetrics } from '#platform/telemetry/metrics'
import { keyOfId } from '../support/key-of-id.ts'
import { withSteps } from './engine-steps.ts'
import type { LedgerChildSettings } from './ledger-child.ts'

// An engine of ledger.test.ts, in a process that kills itself where it is told to.

watchParent()
// whoever is killed would not leave any
flushCompileCache()
const settings = JSON.parse(process.env.LEDGER_CHILD!) as LedgerChildSettings
const { killAt } = settings

/** As when the power fails: nothing runs after it, and nobody is told but the test, by a line that is written at once. */
const die = (): void => {
  writeSync(1, `killed at ${killAt!.step}\n`)
  process.kill(process.pid, 'SIGKILL')
}

const onStep = (step: string): void => {
  if (step !== killAt?.step) return
  if (killAt.afterMs === undefined) die()
  else void delay(killAt.afterMs).then(die)
}

const context: EngineContext = {
  pool: createPool({ connectionString: settings.databaseUrl, applicationName: 'faults-ledger', max: 8 }),
  objects: filesystemObjectStore(settings.objectsDir),
  queue: sqsQueue(createSqsClient({ endpoint: settings.endpoint, region: 'us-east-1' }), settings.queueUrl),
  doorbell: { beforeCommit: async () => {}, afterCommit: () => {} },
  openSpans: createOpenSpans(settings.openSpansBytes),
  options: { newKey: keyOfId, ...settings.options },
  ...{ now: () => new Date(), newId: uuidv7, metrics: noMetrics },
  log: (line, fields) => {
    if (fields?.level !== 'debug') console.error(line)
  },
}
startLedger(withSteps(context, onStep), { concurrency: 2, waitSeconds: 1 })
console.log('ready')
