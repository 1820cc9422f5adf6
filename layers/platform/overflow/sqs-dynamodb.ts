import { setTimeout as delay } from 'node:timers/promises'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Queue } from '../queue/queue.ts'
import { formatMessage } from './message.ts'
import {
  type OverflowKey,
  type OverflowRequest,
  type OverflowStore,
  OverflowUnavailable,
} from './overflow.ts'
import { deleteRow, hasRow, type OverflowTable, partitionOf, putRow, rowId } from './rows.ts'

export interface SqsOverflowOptions {
  table: OverflowTable
  /** FIFO; its consumer is `consumeOverflow`. */
  queue: Queue
  /** For requests that are too large for a message; what it holds under `overflow/` outlives the queue's retention. */
  objects: ObjectStore
  now: () => Date
  /** A new UUID. */
  newId: () => string
  /** How long a request waits for those before it, rather than be diverted too; default 500. */
  patienceMs?: number
}

const defaultPatienceMs = 500
const lookMs = 50

/** Of a message, in bytes of UTF-8; queues take 1 MiB. */
const messageLimitBytes = 900 * 1024

/**
 * The overflow on AWS: requests wait in a FIFO queue, group = world, and each message there has a row in a
 * table, under its world. The rows of a world are its marker: it is diverted while it has one.
 *
 * `divert` (1) puts the request into the object store where it is too large for a message, (2) puts the row,
 * (3) sends the message, and then resolves. The consumer, in order, (4) applies the request and, once it is committed,
 * (5) deletes the row, (6) deletes the object, (7) deletes the message.
 *
 * Order. Let B come after A was acknowledged. A was written to the database: nothing can come before it. Or A was
 * diverted: its row was there before it was acknowledged, and is deleted only after A was committed. So either
 * B's look finds the row (reads are strongly consistent), and B's message is sent after A's and applied after
 * it; or A has been committed, and B may go on to the database. No marker is shared, so none can be taken away
 * under a request that is just being diverted: a row goes with its own message only. Requests that overlap in
 * time have no order to keep, such as one that looked while nothing was diverted and is written to the database
 * while another one is being diverted. The rows and messages of a request that is diverted twice under one id are
 * two; the second has no effect.
 *
 * What a crash, or a call that fails, leaves behind:
 * - before (3): a row without a message, or an object, of a request that nobody was promised. `divert` deletes
 *   them if it still runs. A row that stays would divert its world for ever: `healOverflow` deletes it. An object
 *   that stays expires by the bucket's lifecycle.
 * - in (3), when the message was sent and the answer was lost: as far as `divert` can tell, it was not sent. It
 *   rejects and deletes row and object. The request may be applied all the same, like any whose answer was lost,
 *   and nothing waits for it; sent again under its id it takes effect once. If its object is gone it is passed over.
 * - between (4) and (7): the message comes again. Applied again, the request's id makes it harmless; with its
 *   object gone it had been applied, since nothing else comes before (6). Rows and objects that are deleted twice
 *   do no harm.
 *
 * While a world is diverted `isDiverted` waits half a second for that to end. Clients that send as soon as they are
 * answered would otherwise send about as fast as the queue is emptied, and the world would stay diverted for as long
 * as they do.
 *
 * The deduplication id is new for each call: a request sent again under its id is a message of its own, whose row
 * must not stay behind. The SDK's retries of one call have the same one.
 */
export const createSqsOverflow = (options: SqsOverflowOptions): OverflowStore => ({
  isDiverted: (key) => orUnavailable(isDiverted(options, key)),
  isWaiting: (key, requestId) => orUnavailable(hasRow(options.table, key, requestId)),
  divert: (key, request) => orUnavailable(divert(options, key, request)),
})

const isDiverted = async (
  { table, patienceMs = defaultPatienceMs }: SqsOverflowOptions,
  key: OverflowKey,
): Promise<boolean> => {
  const until = performance.now() + patienceMs
  for (let waitMs = lookMs; await hasRow(table, key); waitMs *= 2) {
    const leftMs = until - performance.now()
    if (leftMs <= 0) return true
    await delay(Math.min(waitMs, leftMs))
  }
  return false
}

const divert = async (
  options: SqsOverflowOptions,
  { tenantId, world }: OverflowKey,
  request: OverflowRequest,
): Promise<void> => {
  const { table, queue, objects, now, newId } = options
  const sendId = newId()
  const row = { key: { tenantId, world }, id: rowId(request.requestId, sendId) }
  const inline = formatMessage({ ...row, request })
  const object = Buffer.byteLength(inline) > messageLimitBytes ? `overflow/${sendId}` : undefined
  const body = object === undefined ? inline : formatMessage({ ...row, object })
  try {
    if (object !== undefined) await objects.put(object, Buffer.from(JSON.stringify(request)))
    await putRow(table, row, now())
    await queue.send({ body, groupId: partitionOf(row.key), deduplicationId: sendId })
  } catch (error) {
    // also where the call that failed was the first one: what it did may be unknown to us
    await Promise.allSettled([
      deleteRow(table, row),
      object === undefined ? undefined : objects.delete(object),
    ])
    throw error
  }
}

const orUnavailable = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw new OverflowUnavailable('the overflow cannot be reached', { cause: error })
  })
