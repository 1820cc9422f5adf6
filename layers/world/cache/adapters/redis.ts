import { Redis } from 'iovalkey'
import {
  type CachedComponent,
  type CachedEntity,
  type EntityCache,
  type EntityName,
  type LoadedEntity,
  maxStaleLimitMs,
  type Touched,
} from '../entity-cache.ts'
import { invalidateScript, putScript, touchMs } from './redis-scripts.ts'

export interface RedisOptions {
  /** `redis://` or `rediss://`; of Redis 7 or Valkey, one server or one endpoint. */
  url: string
  /** An entity that nobody loads is gone after so long; default: the largest bound and a minute. */
  keepMs?: number
  /** An answer that takes longer is given up; default 250. */
  timeoutMs?: number
}

/**
 * A cache that processes share: one hash for each entity of a world of a tenant, a field for each component. Its clock is
 * the server's TIME. While the server is away each call rejects at once, and the connection comes back by itself.
 */
export const redisCache = ({
  url,
  keepMs = maxStaleLimitMs + touchMs,
  timeoutMs = 250,
}: RedisOptions): EntityCache => {
  const client = new Redis(url, {
    ...{ commandTimeout: timeoutMs, connectTimeout: 2_000, maxRetriesPerRequest: 0 },
    // what is asked while there is no connection fails at once instead of waiting for one
    enableOfflineQueue: false,
    enableReadyCheck: false,
    retryStrategy: (times) => Math.min(100 * times, 2_000),
    scripts: {
      orreryPut: { numberOfKeys: 1, lua: putScript },
      orreryInvalidate: { numberOfKeys: 1, lua: invalidateScript },
    },
  })
  // each call that fails says so itself
  client.on('error', () => {})
  let connected: Promise<unknown> | undefined = whenConnected(client, timeoutMs)
  void connected.then(() => {
    connected = undefined
  })

  const run = async (commands: unknown[][]): Promise<unknown[]> => {
    if (connected !== undefined) await connected
    const answers = await client.pipeline(commands).exec()
    return (answers ?? []).map(([error, answer]) => {
      if (error !== null) throw error
      return answer
    })
  }

  return {
    adapter: 'redis',
    get: async (name) => {
      const sentAt = performance.now()
      const [time, fields] = await run([['time'], ['hgetall', keyOf(name)]])
      const at = milliseconds(time)
      // a whole millisecond more: times are rounded down
      const answeredAt = at + Math.ceil(performance.now() - sentAt) + 1
      return { at, answeredAt, entity: entityOf(fields as Record<string, string>) }
    },
    put: async (loaded) => {
      await run(loaded.map((entity) => ['orreryPut', keyOf(entity.name), ...putArguments(entity, keepMs)]))
    },
    invalidate: async (touched) => {
      await run(touched.map((one) => ['orreryInvalidate', keyOf(one.name), ...touchArguments(one)]))
    },
    now: async () => milliseconds((await run([['time']]))[0]),
    close: async () => client.disconnect(),
  }
}

/** The first call may come before the connection is there; it waits no longer than it would for an answer. */
const whenConnected = (client: Redis, timeoutMs: number): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, timeoutMs)
    client.once('ready', () => {
      clearTimeout(timer)
      done()
    })
    client.once('end', done)
  })

/** JSON keeps the three apart, whatever characters are in them. */
const keyOf = ({ tenantId, worldId, entityId }: EntityName): string =>
  `orrery:entity:1:${JSON.stringify([tenantId, worldId, entityId])}`

const milliseconds = (time: unknown): number => {
  const [seconds, microseconds] = time as [string, string]
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000)
}

const putArguments = (
  { atSeq, checkedAt, core, components }: LoadedEntity,
  keepMs: number,
): (string | number)[] => {
  const versions = Object.entries(core?.versions ?? {})
  return [
    ...[atSeq, checkedAt, keepMs, JSON.stringify(core), versions.length],
    ...versions.flat(),
    ...Object.entries(components).flatMap(([type, { version, data }]) => [
      type,
      `${version}:${JSON.stringify(data)}`,
    ]),
  ]
}

const touchArguments = ({ seq, components }: Touched): (string | number)[] =>
  components === 'all' ? [seq, 'all'] : [seq, 'some', ...components]

/** A hash that was only touched has no time. */
const entityOf = ({ checked, core, ...fields }: Record<string, string>): CachedEntity | undefined => {
  if (checked === undefined) return undefined
  const components = Object.entries(fields)
    .filter(([field]) => field.startsWith('c:'))
    .map(([field, text]): [string, CachedComponent] => [field.slice(2), componentOf(text)])
  return {
    checkedAt: Number(checked),
    ...(core === undefined ? {} : { core: JSON.parse(core) }),
    components: Object.fromEntries(components),
  }
}

const componentOf = (text: string): CachedComponent => {
  const colon = text.indexOf(':')
  return { version: Number(text.slice(0, colon)), data: JSON.parse(text.slice(colon + 1)) }
}
