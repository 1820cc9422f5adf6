import { weightOf } from '#chronicle/commands'
import { isDatabaseUnavailable, type PoolOptions } from '#platform/postgres/pool'
import type { WriteOutcome, WriteRequest } from './commands.ts'
import { type WriteContext, writeGroup } from './write.ts'

/** Commands, or events of chronicles, of one transaction at most: a batch has up to 10,000, single writes add up to this. */
const groupCommandLimit = 10_000

/**
 * The door to the write path of one process. Requests to one world that arrive while its last transaction
 * runs are committed together in the next one (group commit); worlds do not wait for each other.
 */
export interface WorldWriter {
  /**
   * Requests of one world take effect in the order of the calls. Where the database goes away, the request that
   * it cut off and all that wait behind it reject alike.
   *
   * @throws what PostgreSQL throws; `isDatabaseUnavailable` tells an outage from a fault.
   */
  write(request: WriteRequest): Promise<WriteOutcome>
}

interface Waiting {
  request: WriteRequest
  resolve: (outcome: WriteOutcome) => void
  reject: (error: unknown) => void
}

export const createWorldWriter = (context: WriteContext): WorldWriter => {
  const queues = new Map<string, Waiting[]>()

  const serve = async (key: string, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) {
      const outage = await commitTogether(context, takeGroup(queue))
      // what waits behind a request that the outage cut off must not overtake it
      if (outage !== undefined) for (const { reject } of queue.splice(0)) reject(outage)
    }
    queues.delete(key)
  }

  return {
    write: (request) =>
      new Promise((resolve, reject) => {
        const key = JSON.stringify([request.tenantId, request.world])
        const queue = queues.get(key)
        if (queue !== undefined) {
          queue.push({ request, resolve, reject })
          return
        }
        const started: Waiting[] = [{ request, resolve, reject }]
        queues.set(key, started)
        void serve(key, started)
      }),
  }
}

/** The longest run from the head of the queue that fits one transaction; the same request id never twice. */
const takeGroup = <Of extends { request: WriteRequest }>(queue: Of[]): Of[] => {
  const ids = new Set<string>()
  let commands = 0
  let length = 0
  for (const { request } of queue) {
    for (const command of request.commands) commands += weightOf(command)
    if (ids.has(request.requestId) || (length > 0 && commands > groupCommandLimit)) break
    ids.add(request.requestId)
    length++
  }
  return queue.splice(0, length)
}

/**
 * Writes requests of one world in order, in as few transactions as they take. Where one of them fails, it and
 * those behind it have not been written; some before it may have been.
 */
export const writeInOrder = async (context: WriteContext, requests: WriteRequest[]): Promise<void> => {
  const queue = requests.map((request) => ({ request }))
  while (queue.length > 0)
    await writeGroup(
      context,
      takeGroup(queue).map(({ request }) => request),
    )
}

/** Answers each of the group; resolves to the error where the database is away, and then all later ones have it. */
const commitTogether = async (context: WriteContext, group: Waiting[]): Promise<unknown> => {
  try {
    const outcomes = await writeGroup(
      context,
      group.map(({ request }) => request),
    )
    for (const [index, { resolve }] of group.entries()) resolve(outcomes[index]!)
    return undefined
  } catch (error) {
    if (group.length === 1 || isDatabaseUnavailable(error)) {
      for (const { reject } of group) reject(error)
      return isDatabaseUnavailable(error) ? error : undefined
    }
    return commitEach(context, group)
  }
}

/** One of them may be what the database refuses: each has its own answer. */
const commitEach = async (context: WriteContext, group: Waiting[]): Promise<unknown> => {
  let outage: unknown
  for (const waiting of group) {
    if (outage === undefined) outage = await commitTogether(context, [waiting])
    else waiting.reject(outage)
  }
  return outage
}

/**
 * For the pool of a writer. Every statement of the write path finds its rows by an index, whatever the
 * statistics say of a table that has just been filled; so a plan can be kept.
 */
export const writerPoolOptions = {
  pipeline: true,
  settings: ['enable_seqscan=off', 'plan_cache_mode=force_generic_plan'],
} satisfies Partial<PoolOptions>
