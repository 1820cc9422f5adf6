import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { expect, it } from 'vitest'
import { dynamoTickStore } from '#sync/stores/dynamodb'
import type { TickStore } from '#sync/tick-store'
import { latestOf, newWorld, plain, regionOf, startMs, tickOf } from './tick-store-ticks.ts'

interface Call {
  name: string
  input: { RequestItems?: Record<string, unknown[]> }
}

/** Looks at what a store asks for, and lets it fail or go another way. */
type Watch = (call: Call, next: () => Promise<unknown>) => Promise<unknown>

const everything = { fromTick: 0, toTick: 100_000 }
const wide = (count: number) => Array.from({ length: count }, (_, index) => regionOf(index))

/** What is so of the adapter of DynamoDB alone; `connect` answers a new client of a server that has the table `ticks`. */
export const testDynamoTickStore = (name: string, connect: () => DynamoDBClient): void => {
  const open = (watch: Watch = (_, next) => next()): TickStore => {
    const client = connect()
    client.middlewareStack.add(
      ((next: (args: unknown) => Promise<unknown>, context: { commandName: string }) => (args: never) =>
        watch({ name: context.commandName, input: (args as { input: Call['input'] }).input }, () =>
          next(args),
        )) as never,
      { step: 'initialize' },
    )
    const table = { client, name: 'ticks' }
    const store = dynamoTickStore({ table, ttlSeconds: 600, now: () => new Date(startMs) })
    return {
      ...store,
      close: async () => {
        await store.close()
        client.destroy()
      },
    }
  }

  const readAll = async (store: TickStore, worldId: string) =>
    plain(await store.read(worldId, everything, '*', 1_000))

  it(`${name}: what a put left that failed is never read, whatever is put then`, async () => {
    const fence = { worldId: newWorld(), token: 1 }
    let batches = 0
    let failFrom = Number.POSITIVE_INFINITY
    const store = open(async ({ name }, next) => {
      if (name === 'BatchWriteItemCommand' && ++batches > failFrom) throw new Error('the network is down')
      return next()
    })
    const reader = open()
    await store.put(fence, [tickOf(1, ['6:0:0:0'])], latestOf(1))
    for (let fails = 0; fails < 5; fails++) {
      failFrom = batches + fails
      await expect(store.put(fence, [tickOf(2, wide(200))], latestOf(2))).rejects.toThrow('the network')
      expect((await readAll(reader, fence.worldId)).map(({ tick }) => tick)).toEqual([1])
    }
    failFrom = Number.POSITIVE_INFINITY
    // two ticks put together, as the writer does where it is behind: the former is not to come back
    const both = tickOf(3, wide(30), { firstTick: 2 })
    await store.put(fence, [both], latestOf(3))
    expect(await readAll(reader, fence.worldId)).toEqual(plain([tickOf(1, ['6:0:0:0']), both]))
    const some = await reader.read(fence.worldId, everything, [regionOf(199)], 10)
    expect(some.map(({ tick }) => tick)).toEqual([1, 3])
    await Promise.all([store.close(), reader.close()])
  })

  it(`${name}: a writer that is replaced in the middle of a put changes nothing`, async () => {
    const worldId = newWorld()
    const replacing = open()
    let isReplaced = false
    const stale = open(async ({ name, input }, next) => {
      if (name === 'PutItemCommand' && !isReplaced) {
        isReplaced = true
        await replacing.put({ worldId, token: 2 }, [tickOf(1, ['6:1:1:1'])], latestOf(4))
      }
      expect(input).toBeDefined()
      return next()
    })
    const put = stale.put({ worldId, token: 1 }, [tickOf(1, wide(40)), tickOf(3, wide(40))], latestOf(5))
    await expect(put).rejects.toMatchObject({ code: 'tick-fence-lost' })
    expect(await readAll(stale, worldId)).toEqual(plain([tickOf(1, ['6:1:1:1'])]))
    expect(await stale.latest(worldId)).toMatchObject({ tick: 4 })
    await Promise.all([stale.close(), replacing.close()])
  })

  it(`${name}: an answer that is lost does no harm`, async () => {
    const fence = { worldId: newWorld(), token: 1 }
    let isLost = true
    const store = open(async ({ name }, next) => {
      const answer = await next()
      if (name !== 'PutItemCommand' || !isLost) return answer
      isLost = false
      throw new Error('the answer is lost')
    })
    const ticks = [tickOf(1, wide(30)), tickOf(2, ['6:0:0:0'])]
    await expect(store.put(fence, ticks, latestOf(2))).rejects.toThrow('is lost')
    await store.put(fence, ticks, latestOf(2))
    await store.put(fence, [tickOf(3, ['6:0:0:0'])], latestOf(3))
    expect(await readAll(store, fence.worldId)).toEqual(plain([...ticks, tickOf(3, ['6:0:0:0'])]))
    await store.close()
  })

  it(`${name}: what the table did not take or give at once is asked for again`, async () => {
    const fence = { worldId: newWorld(), token: 1 }
    let [refused, held] = [0, 0]
    const store = open(async ({ name, input }, next) => {
      const items = input.RequestItems?.ticks as unknown[] | { Keys: unknown[] } | undefined
      if (name === 'BatchWriteItemCommand' && Array.isArray(items) && items.length > 3) {
        refused++
        // it takes the first three alone
        const answer = next.bind(null)
        const left = items.splice(3)
        await answer()
        return { output: { UnprocessedItems: { ticks: left } } }
      }
      if (name === 'BatchGetItemCommand' && held++ % 2 === 0)
        return { output: { Responses: {}, UnprocessedKeys: { ticks: items } } }
      return next()
    })
    const tick = tickOf(1, wide(40))
    await store.put(fence, [tick], latestOf(1))
    expect(await readAll(store, fence.worldId)).toEqual(plain([tick]))
    expect([refused > 5, held > 1]).toEqual([true, true])
    await store.close()
  })

  it(`${name}: a reader of one region asks for as much in a large world as in a small one`, async () => {
    const asked = async (regions: number): Promise<string[]> => {
      const fence = { worldId: newWorld(), token: 1 }
      const calls: string[] = []
      const [store, reader] = [
        open(),
        open(({ name }, next) => {
          calls.push(name)
          return next()
        }),
      ]
      for (let tick = 1; tick <= 4; tick++)
        await store.put(fence, [tickOf(tick, wide(regions))], latestOf(tick))
      expect(await reader.read(fence.worldId, everything, [regionOf(3)], 100)).toHaveLength(4)
      await Promise.all([store.close(), reader.close()])
      return calls
    }
    const small = await asked(40)
    expect(small).toEqual(['GetItemCommand', 'QueryCommand', 'QueryCommand'])
    expect(await asked(400)).toEqual(small)
  })

  it(`${name}: a small tick is two writes, and one that is put again writes no tick`, async () => {
    const fence = { worldId: newWorld(), token: 1 }
    const calls: string[] = []
    const store = open(({ name }, next) => {
      calls.push(name)
      return next()
    })
    for (let tick = 1; tick <= 3; tick++) await store.put(fence, [tickOf(tick, wide(3))], latestOf(tick))
    await store.put(fence, [tickOf(3, wide(3))], latestOf(3))
    expect(calls).toEqual([
      'GetItemCommand',
      ...Array.from({ length: 3 }, () => ['BatchWriteItemCommand', 'PutItemCommand']).flat(),
      'PutItemCommand',
    ])
    await store.close()
  })
}
