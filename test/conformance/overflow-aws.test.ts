import { randomUUID } from 'node:crypto'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDynamoDbClient } from '#platform/dynamodb/client'
import { createS3Client, s3ObjectStore } from '#platform/object-store/s3'
import { backoffSeconds, consumeOverflow, type OverflowConsumer } from '#platform/overflow/consume'
import { healOverflow } from '#platform/overflow/heal'
import { OverflowUnavailable } from '#platform/overflow/overflow'
import { createSqsOverflow } from '#platform/overflow/sqs-dynamodb'
import { createQueue, type LocalSqs, startLocalSqs } from '#platform/queue/local-sqs'
import type { ReceivedMessage } from '#platform/queue/queue'
import { createSqsClient, sqsQueue } from '#platform/queue/sqs'
import { type LocalDynamoDb, startLocalDynamoDb } from '../support/dynamodb.ts'
import { failCalls, InjectedFailure } from '../support/fail-call.ts'
import { type Apply, describeOverflowStore } from './overflow-suite.ts'

const region = 'us-east-1'

let sqs: LocalSqs
let dynamodb: LocalDynamoDb
beforeAll(async () => {
  ;[sqs, dynamodb] = await Promise.all([startLocalSqs(), startLocalDynamoDb()])
})
afterAll(async () => {
  await Promise.all([sqs?.stop(), dynamodb?.stop()])
})

/** Table, queue and bucket of one overflow. */
const makePlace = async () => {
  const name = `overflow-${randomUUID()}`
  const admin = createSqsClient({ endpoint: sqs.endpoint, region })
  const s3 = createS3Client({ endpoint: sqs.endpoint, region })
  try {
    await dynamodb.createTable(name, 'key', 'id')
    await s3.send(new CreateBucketCommand({ Bucket: name }))
    return { name, queueUrl: await createQueue(admin, `${name}.fifo`) }
  } finally {
    admin.destroy()
    s3.destroy()
  }
}

/** One process's clients and what it does with them; `now` is its clock. */
const openPlace = ({ name, queueUrl }: { name: string; queueUrl: string }, now = () => new Date()) => {
  const clients = {
    sqs: createSqsClient({ endpoint: sqs.endpoint, region }),
    s3: createS3Client({ endpoint: sqs.endpoint, region }),
    dynamodb: createDynamoDbClient({ endpoint: dynamodb.endpoint, region }),
  }
  const table = { client: clients.dynamodb, name }
  const queue = sqsQueue(clients.sqs, queueUrl)
  const objects = s3ObjectStore(clients.s3, name)
  const lines: string[] = []
  const consumer = (apply: Apply): OverflowConsumer => ({
    ...{ table, queue, objects },
    apply: async (key, requests) => {
      for (const request of requests) await apply(key, request)
    },
    log: (line) => lines.push(line),
    backoffSeconds: () => 0,
  })
  return {
    ...{ clients, queue, objects, lines, consumer },
    store: createSqsOverflow({ table, queue, objects, now, newId: randomUUID, patienceMs: 0 }),
    heal: () => healOverflow({ table, queue, now, newId: randomUUID }),
    receive: () => queue.receive({ waitSeconds: 0 }),
    close: () => {
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}

type Place = ReturnType<typeof openPlace>

/** As the function behind the queue is called, until nothing is left or the next request of each world was rejected. */
const drainAll = async (place: Place, apply: Apply): Promise<void> => {
  const rejected = new Set<string>()
  const consumer = place.consumer(async (key, request) => {
    const world = JSON.stringify(key)
    if (rejected.has(world)) throw new Error('rejected before')
    await apply(key, request).catch((error: unknown) => {
      rejected.add(world)
      throw error
    })
  })
  for (;;) {
    const rejectedBefore = rejected.size
    const messages = await place.receive()
    const kept = await consumeOverflow(consumer, messages)
    await place.queue.acknowledge(messages.filter((message) => !kept.includes(message)))
    if (kept.length === messages.length && rejected.size === rejectedBefore) return
  }
}

describeOverflowStore(
  'SQS and DynamoDB',
  async () => {
    const made = await makePlace()
    const opened: Place[] = []
    return {
      open: async () => {
        const place = openPlace(made)
        opened.push(place)
        return { store: place.store, drain: (apply) => drainAll(place, apply) }
      },
      remove: async () => {
        for (const place of opened) place.close()
      },
    }
  },
  { numRuns: 12 },
)

const earth = { tenantId: 'acme', world: 'earth' }
const mars = { tenantId: 'acme', world: 'mars' }
const large = 'x'.repeat(1 << 20)

describe('the overflow on AWS', () => {
  let made: Awaited<ReturnType<typeof makePlace>>
  let place: Place
  let now: Date
  /** Ids of the requests in the order in which they took effect, each once, as the database has them. */
  let effects: Set<string>
  const apply: Apply = async (_, { requestId }) => void effects.add(requestId)

  beforeEach(async () => {
    made = await makePlace()
    now = new Date()
    effects = new Set()
    place = openPlace(made, () => now)
  })
  afterEach(() => place.close())

  const drain = async () => {
    await drainAll(place, apply)
    return [...effects]
  }

  /** What is left of an overflow in which nothing waits. */
  const expectEmpty = async () => {
    expect(await place.receive()).toEqual([])
    expect(await place.objects.list('overflow/')).toEqual([])
    expect(await place.store.isDiverted(earth)).toBe(false)
  }

  /** A process of its own diverts, and dies where that call fails: what it would have cleaned up stays. */
  const divertAndDie = async (requestId: string, command: 'PutItem' | 'SendMessage', body = '') => {
    const dying = openPlace(made, () => now)
    failCalls(dying.clients[command === 'PutItem' ? 'dynamodb' : 'sqs'], command, 'before')
    failCalls(dying.clients.dynamodb, 'DeleteItem', 'before')
    failCalls(dying.clients.s3, 'DeleteObject', 'before')
    await expect(dying.store.divert(earth, { requestId, body })).rejects.toThrow(OverflowUnavailable)
    dying.close()
  }

  describe('where a call of divert fails', () => {
    it.each([
      ['s3', 'PutObject', 'before'],
      ['s3', 'PutObject', 'after'],
      ['dynamodb', 'PutItem', 'before'],
      ['dynamodb', 'PutItem', 'after'],
      ['sqs', 'SendMessage', 'before'],
    ] as const)('leaves nothing behind: %s %s, %s', async (service, command, point) => {
      const restore = failCalls(place.clients[service], command, point)
      const error = await place.store.divert(earth, { requestId: 'a', large }).catch((cause) => cause)
      expect(error).toBeInstanceOf(OverflowUnavailable)
      expect(error.cause).toBeInstanceOf(InjectedFailure)
      restore()
      await expectEmpty()
    })

    it.each(['', large])(
      'applies once what was sent although the answer was lost, and sent again',
      async (body) => {
        const restore = failCalls(place.clients.sqs, 'SendMessage', 'after')
        await expect(place.store.divert(earth, { requestId: 'a', body })).rejects.toThrow(OverflowUnavailable)
        restore()
        expect(await place.store.isDiverted(earth)).toBe(false)
        await place.store.divert(earth, { requestId: 'a', body })
        expect(await drain()).toEqual(['a'])
        await expectEmpty()
      },
    )

    it('says that it is away where the marker cannot be read', async () => {
      failCalls(place.clients.dynamodb, 'Query', 'before')
      await expect(place.store.isDiverted(earth)).rejects.toThrow(OverflowUnavailable)
      await expect(place.store.isWaiting(earth, 'a')).rejects.toThrow(OverflowUnavailable)
    })
  })

  describe('where its consumer dies', () => {
    /** One call of the function, which dies with the call that fails: it answers nothing, so that no message is deleted. */
    const consumeAndDie = async (service: 'dynamodb' | 's3', command: string, point: 'before' | 'after') => {
      const restore = failCalls(place.clients[service], command, point)
      const messages = await place.receive()
      await consumeOverflow(place.consumer(apply), messages)
      restore()
      return messages
    }

    it.each([
      ['before it deleted the row', 'dynamodb', 'DeleteItem', 'before'],
      ['after it deleted the row', 'dynamodb', 'DeleteItem', 'after'],
      ['before it deleted the object', 's3', 'DeleteObject', 'before'],
      ['before it deleted the message', 's3', 'DeleteObject', 'after'],
    ] as const)('applies what waits once and in order: %s', async (_, service, command, point) => {
      await place.store.divert(earth, { requestId: 'a', large })
      await place.store.divert(earth, { requestId: 'b' })
      await consumeAndDie(service, command, point)
      expect([...effects]).toEqual(['a'])
      expect(await place.store.isDiverted(earth)).toBe(true)
      expect(await drain()).toEqual(['a', 'b'])
      await expectEmpty()
    })

    it('does not apply again what it had applied when only the message was left', async () => {
      await place.store.divert(earth, { requestId: 'a', large })
      const messages = await place.receive()
      expect(await consumeOverflow(place.consumer(apply), messages)).toEqual([])
      effects.clear()
      expect(await consumeOverflow(place.consumer(apply), messages)).toEqual([])
      expect(effects.size).toBe(0)
      expect(place.lines).toEqual([expect.stringMatching(/^overflow of earth: overflow\/\S+ is gone/)])
    })
  })

  describe('in one batch', () => {
    const divertAll = async (...ids: string[]): Promise<ReceivedMessage[]> => {
      const messages: ReceivedMessage[] = []
      for (const id of ids) {
        const key = id.startsWith('e') ? earth : mars
        await place.store.divert(key, { requestId: id })
        // one message of a group at a time: the same ones, as a queue hands out several
        const [message] = await place.receive()
        messages.push(message!)
        await place.queue.acknowledge([message!])
      }
      return messages
    }

    it('applies those of a world together', async () => {
      const messages = await divertAll('e1', 'm1', 'e2', 'e3')
      const together: string[][] = []
      const consumer = place.consumer(apply)
      const kept = await consumeOverflow(
        {
          ...consumer,
          apply: async (_, requests) => void together.push(requests.map(({ requestId }) => requestId)),
        },
        messages,
      )
      expect([kept, together.toSorted()]).toEqual([[], [['e1', 'e2', 'e3'], ['m1']]])
    })

    it('keeps what fails and all behind it of the same world', async () => {
      const messages = await divertAll('e1', 'm1', 'e2', 'm2', 'e3', 'm3')
      const kept = await consumeOverflow(
        place.consumer(async (key, request) => {
          if (request.requestId === 'e2') throw new Error('no')
          await apply(key, request)
        }),
        messages,
      )
      expect([...effects].toSorted()).toEqual(['e1', 'm1', 'm2', 'm3'])
      expect(kept).toEqual([messages[2], messages[4]])
      expect(place.lines).toEqual([expect.stringMatching(/^overflow of earth waits, .* fails: no$/)])
      expect(await place.store.isWaiting(earth, 'e1')).toBe(false)
      expect(await place.store.isWaiting(earth, 'e3')).toBe(true)
      expect(await place.store.isDiverted(mars)).toBe(false)
    })

    it('keeps what was applied while its row stands, and what it cannot read', async () => {
      const messages = await divertAll('e1', 'm1')
      const unreadable = { messageId: 'u', body: '{"key":1}', receipt: '', receiveCount: 1, sentAtMs: 0 }
      failCalls(place.clients.dynamodb, 'DeleteItem', 'before')
      const kept = await consumeOverflow(place.consumer(apply), [...messages, unreadable])
      expect(kept).toEqual([...messages, unreadable])
      expect([...effects].toSorted()).toEqual(['e1', 'm1'])
    })
  })

  describe('heals', () => {
    it('a world whose divert died between row and message, after an hour', async () => {
      await divertAndDie('lost', 'SendMessage', large)
      expect(await place.store.isDiverted(earth)).toBe(true)
      now = new Date(now.getTime() + 3_500_000)
      expect(await place.heal()).toBe(1)
      expect(await drain()).toEqual([])
      expect(await place.store.isDiverted(earth)).toBe(true)
      now = new Date(now.getTime() + 200_000)
      expect(await place.heal()).toBe(1)
      expect(await drain()).toEqual([])
      expect(await place.store.isDiverted(earth)).toBe(false)
    })

    it('nothing of what waits, however long, nor of what came since', async () => {
      await divertAndDie('lost', 'SendMessage')
      await place.store.divert(earth, { requestId: 'a' })
      now = new Date(now.getTime() + 7_200_000)
      await place.store.divert(mars, { requestId: 'm' })
      expect(await place.heal()).toBe(2)
      await place.store.divert(earth, { requestId: 'b' })
      await drainAll(place, async () => Promise.reject(new Error('away')))
      expect(await Promise.all(['lost', 'a', 'b'].map((id) => place.store.isWaiting(earth, id)))).toEqual([
        true,
        true,
        true,
      ])
      expect((await drain()).filter((id) => id !== 'm')).toEqual(['a', 'b'])
      await expectEmpty()
    })

    it('nothing where divert died before the row', async () => {
      await divertAndDie('early', 'PutItem')
      await expectEmpty()
      now = new Date(now.getTime() + 7_200_000)
      expect(await place.heal()).toBe(0)
    })
  })
})

it('waits for longer the more often a message came, and outlasts an outage of 12 days', () => {
  expect([1, 2, 5, 10, 500, 501].map(backoffSeconds)).toEqual([1, 2, 16, 300, 300, 1_800])
  const days = Array.from({ length: 1_000 }, (_, n) => backoffSeconds(n + 1)).reduce((a, b) => a + b) / 86_400
  expect(days).toBeGreaterThan(12)
  expect(days).toBeLessThan(14)
})
