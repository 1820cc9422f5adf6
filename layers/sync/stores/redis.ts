import { Redis } from 'iovalkey'
import {
  type FullStatePointer,
  type StoredTick,
  TickFenceLost,
  type TickStore,
  type TickStoreOptions,
  type TickWriterFence,
  type WantedRegions,
} from '../tick-store.ts'
import { fenceMs } from './fence-ms.ts'
import { putFullScript, putScript, readScript } from './redis-scripts.ts'

export interface RedisTickStoreOptions extends TickStoreOptions {
  /** `redis://` or `rediss://`; of Redis 7 or Valkey, one server or one endpoint. */
  url: string
  /** An answer that takes longer is given up; default 5,000. */
  timeoutMs?: number
}

type Head = Omit<StoredTick, 'slices'>
type LatestPut = { tick: number; seq: number; timestamp: string }

/** Keys outlive what they hold, so that whoever has found a tick has time for its slices. */
const marginMs = 60_000
/** Arguments of one call; the server takes a million. */
const maxArguments = 200_000
/** Ticks whose slices are asked for at once. */
const ticksAtOnce = 50

/**
 * Ticks in Redis, which loses them when it restarts: readers then begin with the full state. While the server is away a
 * call rejects after the next attempt to connect, within 2 s, and the connection comes back by itself.
 */
export const redisTickStore = (options: RedisTickStoreOptions): TickStore => {
  const { url, timeoutMs = 5_000 } = options
  const ttlMs = options.ttlSeconds * 1_000
  const client = new Redis(url, {
    ...{ commandTimeout: timeoutMs, connectTimeout: 2_000, maxRetriesPerRequest: 0 },
    retryStrategy: (times) => Math.min(100 * times, 2_000),
    scripts: {
      orreryPutTicks: { lua: putScript },
      orreryPutFull: { lua: putFullScript, numberOfKeys: 2 },
      orreryReadTicks: { lua: readScript, numberOfKeys: 2 },
    },
  })
  // each call that fails says so itself
  client.on('error', () => {})

  const run = async (commands: unknown[][]): Promise<unknown[]> => {
    const answers = await client.pipeline(commands).exec()
    return (answers ?? []).map(([error, answer]) => {
      if (error !== null) throw error
      return answer
    })
  }

  /** @throws TickFenceLost */
  const write = async (command: unknown[]): Promise<void> => {
    const [isDone] = await run([command])
    if (isDone !== 1) throw new TickFenceLost()
  }

  const claimArguments = ({ token }: TickWriterFence): number[] => {
    const now = options.now().getTime()
    return [token, now, now + ttlMs, ttlMs + fenceMs]
  }

  const putGroup = (fence: TickWriterFence, ticks: readonly StoredTick[], latest: LatestPut): Promise<void> =>
    write([
      'orreryPutTicks',
      // as one argument, which the client flattens: so many do not fit on the stack
      [
        ...[2 + ticks.length, ...keysOf(fence.worldId)],
        ...ticks.map(({ tick }) => slicesKey(fence.worldId, tick)),
        ...claimArguments(fence),
        ...[ttlMs + marginMs, latest.tick, JSON.stringify(latest)],
        ...ticks.flatMap(tickArguments),
      ],
    ])

  const readHeads = async (
    worldId: string,
    fromTick: number,
    toTick: number,
    limit: number,
  ): Promise<{ latest: LatestPut | null; full: FullStatePointer | null; found: Head[] }> => {
    const command = ['orreryReadTicks', ...keysOf(worldId), options.now().getTime(), fromTick, toTick, limit]
    const [[latest, full, members]] = (await run([command])) as [[string | null, string | null, string[]]]
    const found = members.map((member) => JSON.parse(member.slice(member.indexOf(':') + 1)) as Head)
    return { latest: latest && JSON.parse(latest), full: full && JSON.parse(full), found }
  }

  return {
    put: async (fence, ticks, latest) => {
      const groups = inGroups(ticks)
      for (const [index, group] of groups.entries()) {
        const { tick, seq, timestamp } = group.at(-1) ?? latest
        await putGroup(fence, group, index === groups.length - 1 ? latest : { tick, seq, timestamp })
      }
    },
    putFull: async (fence, full) =>
      write([...['orreryPutFull', ...keysOf(fence.worldId), ...claimArguments(fence)], JSON.stringify(full)]),
    read: async (worldId, { fromTick, toTick }, regions, limit) => {
      const { found } = await readHeads(worldId, fromTick, toTick, limit)
      const ticks: StoredTick[] = []
      for (let from = 0; from < found.length; from += ticksAtOnce) {
        const heads = found.slice(from, from + ticksAtOnce)
        const answers = await run(heads.map(({ tick }) => slicesCommand(slicesKey(worldId, tick), regions)))
        for (const [index, head] of heads.entries()) {
          const slices = slicesOf(answers[index], regions)
          if (slices !== undefined) ticks.push({ ...head, slices })
        }
      }
      return ticks
    },
    latest: async (worldId) => {
      const { latest, full, found } = await readHeads(worldId, 0, Number.MAX_SAFE_INTEGER, 1)
      if (latest === null) return undefined
      return { ...latest, oldestTick: found[0]?.tick ?? null, full }
    },
    close: async () => client.disconnect(),
  }
}

const keysOf = (worldId: string): [world: string, heads: string] => [
  `orrery:ticks:1:world:${worldId}`,
  `orrery:ticks:1:heads:${worldId}`,
]

const slicesKey = (worldId: string, tick: number): string => `orrery:ticks:1:slices:${tick}:${worldId}`

const tickArguments = ({ slices, ...head }: StoredTick): unknown[] => [
  ...[head.tick, JSON.stringify(head), slices.length],
  ...slices.flatMap(({ region, data }) => [region, bufferOf(data)]),
]

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, length)

/** As many ticks a call as it takes arguments; a group at least. */
const inGroups = (ticks: readonly StoredTick[]): StoredTick[][] => {
  const groups: StoredTick[][] = [[]]
  let size = 0
  for (const tick of ticks) {
    const added = 4 + 2 * tick.slices.length
    if (size > 0 && size + added > maxArguments) {
      groups.push([])
      size = 0
    }
    groups.at(-1)!.push(tick)
    size += added
  }
  return groups
}

const slicesCommand = (key: string, regions: WantedRegions): unknown[] =>
  regions === '*' ? ['hgetallBuffer', key] : ['hmgetBuffer', key, '*', ...new Set(regions)]

/** undefined: the server has let the tick go. */
const slicesOf = (answer: unknown, regions: WantedRegions): StoredTick['slices'] | undefined => {
  if (regions === '*') {
    const { '*': mark, ...slices } = answer as Record<string, Buffer>
    return mark && Object.entries(slices).map(([region, data]) => ({ region, data }))
  }
  const [mark, ...slices] = answer as (Buffer | null)[]
  if (mark === null) return undefined
  return [...new Set(regions)].flatMap((region, index) => {
    const data = slices[index]
    return data == null ? [] : [{ region, data }]
  })
}
