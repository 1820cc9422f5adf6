import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll } from 'vitest'
import { dynamoTickStore } from '#sync/stores/dynamodb'
import { ledgerStoreSuite } from '../conformance/ledger-store-suite.ts'
import { openMiniStackTable } from '../conformance/ledger-stores/ministack.ts'
import { testDynamoTickStore } from '../conformance/tick-store-dynamodb.ts'
import { describeTickStore } from '../conformance/tick-store-suite.ts'
import { miniStackClient, startMiniStackTable } from '../support/ministack.ts'
import { isBrief, unlessBrief } from './brief.ts'

ledgerStoreSuite('dynamodb of MiniStack', openMiniStackTable, unlessBrief({ numRuns: 10 }))

let ticks: Awaited<ReturnType<typeof startMiniStackTable>>
let client: DynamoDBClient
beforeAll(async () => {
  ticks = await startMiniStackTable('ticks')
  client = miniStackClient(ticks.endpoint)
})
afterAll(async () => {
  client?.destroy()
  await ticks?.stop()
})

describeTickStore(
  'dynamodb of MiniStack',
  async (options) => dynamoTickStore({ ...options, table: { client, name: 'ticks' } }),
  { numRuns: isBrief ? 3 : 20 },
)

testDynamoTickStore('MiniStack', () => miniStackClient(ticks.endpoint))
