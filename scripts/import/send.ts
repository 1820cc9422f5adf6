import { randomUUID } from 'node:crypto'
import { type Batch, batchBody, itemOfField, toBatches } from './batches.ts'
import { type ClientOptions, RequestRefused, request } from './client.ts'
import { sendInFlight } from './in-flight.ts'
import type { ImportItem } from './item.ts'
import type { Progress } from './progress.ts'

export interface SendOptions {
  client: ClientOptions
  world: string
  batchItems: number
  /** Batches on their way at once; more than one may arrive in another order. */
  inFlight: number
  progress: Progress
}

/** What the API took so far. */
export interface Sent {
  items: number
  batches: number
  /** Of the source, at most: with several batches on their way an earlier one may still be. */
  position: number
  /** Request ids of batches that wait for the database; they are applied in order when it is back. */
  waiting: string[]
}

/** One batch was refused whole; those in `sent` were taken. */
export class BatchRefused extends Error {
  readonly code = 'batch-refused'

  constructor(batch: Batch, refusal: RequestRefused) {
    const { errors = [] } = refusal.problem
    const lines = errors.map(({ field, message }) => {
      const item = itemOfField(batch, field)
      return `  ${item === undefined ? '' : `${item.source}: `}${field} ${message}`
    })
    const items = [...batch.entities, ...batch.connections]
    const which =
      items.length === 1 ? items[0]!.source : `the batch of ${items.length} items with ${items[0]?.source}`
    const why = lines.length === 0 ? `  ${refusal.message}` : lines.join('\n')
    super(`The API refused ${which} (${refusal.status} ${refusal.problem.title ?? ''}):\n${why}`)
  }
}

/**
 * Sends all items in batches, and counts in `sent` as they are taken, so that the caller knows it also after a
 * failure. What is on its way when one fails is waited for.
 *
 * @throws BatchRefused, ApiAway, and what `items` throws
 */
export const sendAll = (
  items: AsyncIterable<ImportItem> | Iterable<ImportItem>,
  options: SendOptions,
  sent: Sent,
): Promise<void> =>
  sendInFlight(toBatches(items, options.batchItems), options.inFlight, (batch) =>
    sendBatch(batch, options, sent),
  )

const sendBatch = async (batch: Batch, options: SendOptions, sent: Sent): Promise<void> => {
  const requestId = randomUUID()
  const headers = { 'content-type': 'application/json', 'x-request-id': requestId }
  const body = batchBody(options.world, batch)
  try {
    const { status } = await request(options.client, '/eustress/ingest/batch', {
      method: 'POST',
      headers,
      body,
    })
    if (status === 404) throw new RequestRefused(404, { title: 'Not found: is this the URL of Orrery?' })
    if (status === 202) sent.waiting.push(requestId)
  } catch (error) {
    throw error instanceof RequestRefused ? new BatchRefused(batch, error) : error
  }
  sent.batches += 1
  sent.items += batch.entities.length + batch.connections.length
  sent.position = Math.max(sent.position, batch.position)
  options.progress.update(sent.position, sent.items)
}
