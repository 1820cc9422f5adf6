import { setTimeout as delay } from 'node:timers/promises'
import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import { mapConcurrently } from '#platform/map-concurrently'
import { backoffMs } from '#relay/backoff'
import type { Item } from './keys.ts'
import type { TicksTable } from './world-row.ts'

/** The table took some of what was asked, or nothing, too many times in a row. */
export class TicksTableBusy extends Error {
  readonly code = 'ticks-table-busy'
}

/** DynamoDB takes no more in one request; and 16 MB, which so many parts never are. */
const batchItems = 25
const concurrency = 6
const retries = { baseMs: 20, maxMs: 1_000 }
const maxRetries = 10

/** Waits before what was left undone is asked for again. @throws TicksTableBusy */
export const waitForTable = async (attempt: number): Promise<void> => {
  if (attempt > maxRetries) throw new TicksTableBusy(`the table did not take all in ${maxRetries} retries`)
  await delay(backoffMs(retries, attempt, Math.random))
}

/** Puts all of them, in no order; each has a key of its own. @throws TicksTableBusy */
export const writeItems = async (table: TicksTable, items: readonly Item[]): Promise<void> => {
  const batches: Item[][] = []
  for (let from = 0; from < items.length; from += batchItems)
    batches.push(items.slice(from, from + batchItems))
  await mapConcurrently(batches, Math.min(concurrency, batches.length), (batch) => writeBatch(table, batch))
}

const writeBatch = async ({ client, name }: TicksTable, items: Item[]): Promise<void> => {
  let requests: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }))
  for (let attempt = 0; requests.length > 0; attempt++) {
    if (attempt > 0) await waitForTable(attempt)
    const command = new BatchWriteItemCommand({ RequestItems: { [name]: requests } })
    const { UnprocessedItems: left = {} } = await client.send(command)
    requests = left[name] ?? []
  }
}
