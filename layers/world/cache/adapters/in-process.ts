import type { Clock } from '../clock.ts'
import {
  type CachedEntity,
  type EntityCache,
  type EntityName,
  type LoadedEntity,
  mergeComponents,
  type Touched,
} from '../entity-cache.ts'
import { oldestKeysOf } from './oldest-keys.ts'
import { createRecentTouches } from './recent-touches.ts'
import { createScopes } from './scopes.ts'
import { textBytes } from './text-bytes.ts'

export interface InProcessOptions {
  /** Of names and contents with what the engine needs for them, about. */
  maxBytes: number
  maxEntities: number
  now: Clock
  /** Touches of entities that are not kept, that are remembered; default 10,000. */
  maxTouches?: number
}

/** The whole of an entity as one text: a hit parses some 500 bytes, and nobody can change what is kept. */
interface Kept {
  atSeq: number
  checkedAt: number
  /** seq of the last event that is known to have touched it. */
  touchedSeq: number
  bytes: number
  text: string
}

/** Object, slot of the map, two strings' heads, as V8 lays them out on 64 bits; about. */
const overheadBytes = 170

/** A cache in this process's memory: of the entities asked for last, as many as there is room for. */
export const inProcessCache = (options: InProcessOptions): EntityCache => {
  const { maxBytes, maxEntities, now } = options
  // a map keeps the order in which keys were set: the first one was used longest ago
  const entities = new Map<string, Kept>()
  const oldestKey = oldestKeysOf(entities)
  const touches = createRecentTouches(options.maxTouches ?? 10_000)
  const scopes = createScopes(() => touches.forgetAll(now()))
  let bytes = 0

  const keyOf = ({ tenantId, worldId, entityId }: EntityName): string =>
    `${scopes.numberOf(tenantId, worldId)}:${entityId}`

  const take = (key: string): Kept | undefined => {
    const kept = entities.get(key)
    if (kept === undefined) return undefined
    entities.delete(key)
    bytes -= kept.bytes
    return kept
  }

  const evictOldest = (): void => {
    const key = oldestKey()!
    const { touchedSeq } = take(key)!
    if (touchedSeq > 0) touches.remember(key, touchedSeq, now())
  }

  const add = (key: string, kept: Omit<Kept, 'bytes'>): void => {
    const added = overheadBytes + textBytes(key) + textBytes(kept.text)
    while (entities.size > 0 && (entities.size >= maxEntities || bytes + added > maxBytes)) evictOldest()
    entities.set(key, { ...kept, bytes: added })
    bytes += added
  }

  const putOne = ({ name, atSeq, checkedAt, core, components }: LoadedEntity): void => {
    const key = keyOf(name)
    const before = entities.get(key)
    const touchedSeq = before?.touchedSeq ?? touches.seqOf(key)
    if (before === undefined && touches.mayHaveForgotten(checkedAt)) return
    if (atSeq < Math.max(touchedSeq, before?.atSeq ?? 0)) return
    const contents = {
      core,
      components: mergeComponents(before === undefined ? {} : parse(before).components, { core, components }),
    }
    const text = JSON.stringify(contents)
    if (textBytes(text) > maxBytes / 4) return
    take(key)
    touches.drop(key)
    add(key, { atSeq, checkedAt: Math.max(checkedAt, before?.checkedAt ?? checkedAt), touchedSeq, text })
  }

  const touch = ({ name, seq, components }: Touched): void => {
    const key = keyOf(name)
    const kept = entities.get(key)
    if (kept === undefined) return touches.remember(key, seq, now())
    if (seq <= kept.atSeq) return
    const touchedSeq = Math.max(seq, kept.touchedSeq)
    const left = components === 'all' ? {} : without(parse(kept).components, components)
    take(key)
    add(key, { ...kept, touchedSeq, text: JSON.stringify({ components: left }) })
  }

  return {
    adapter: 'memory',
    get: async (name) => {
      const at = now()
      const key = keyOf(name)
      const kept = take(key)
      // a whole millisecond more: times are rounded down
      const answeredAt = at + 1
      if (kept === undefined) return { at, answeredAt, entity: undefined }
      entities.set(key, kept)
      bytes += kept.bytes
      return { at, answeredAt, entity: parse(kept) }
    },
    put: async (loaded) => loaded.forEach(putOne),
    invalidate: async (touched) => touched.forEach(touch),
    now: async () => now(),
    close: async () => {
      entities.clear()
      bytes = 0
      touches.forgetAll(now())
    },
  }
}

const parse = ({ checkedAt, text }: Kept): CachedEntity => ({ checkedAt, ...JSON.parse(text) })

const without = (components: CachedEntity['components'], types: string[]): CachedEntity['components'] =>
  Object.fromEntries(Object.entries(components).filter(([type]) => !types.includes(type)))
