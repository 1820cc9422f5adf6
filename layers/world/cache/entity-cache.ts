import type { JsonObject } from '../event.ts'

/**
 * An entity in the cache's eyes. The tenant is part of the name: what one tenant put there, no other can ask for.
 * Each part may hold any characters.
 */
export interface EntityName {
  tenantId: string
  worldId: string
  entityId: string
}

/** The entity's own row, and the version of each component that it had then: the seq of the event that made it so. */
export interface CachedCore {
  row: CoreRow
  versions: Record<string, number>
}

/** name, class_type, tags, x, y, z, archetype, flux_position, from_seq, created_at, updated_at (milliseconds of UTC). */
export type CoreRow = [
  string,
  string,
  string[],
  number,
  number,
  number,
  string,
  number,
  number,
  number,
  number,
]

/** Its data as the database holds it, of a sensitive type sealed. A version names one content, for ever. */
export interface CachedComponent {
  version: number
  data: JsonObject
}

/** What is kept of an entity: each of its parts was current at `checkedAt`, or later. */
export interface CachedEntity {
  /** Milliseconds of the cache's clock. */
  checkedAt: number
  /** Absent: not kept. Null: there was no such entity. */
  core?: CachedCore | null
  components: Record<string, CachedComponent>
}

export interface Found {
  /** The cache's clock, before it looked: what is loaded from now on is current at this time or later. */
  at: number
  /** The cache's clock, not earlier than this answer: the age of what was found counts up to here. */
  answeredAt: number
  entity: CachedEntity | undefined
}

/** What one statement read of an entity. */
export interface LoadedEntity {
  name: EntityName
  /** The world's seq in that statement's snapshot. */
  atSeq: number
  /** `Found.at`, or `now`, from before the statement. */
  checkedAt: number
  core: CachedCore | null
  /** Those that were not known before; what the cache has in a version that `core` names stays. */
  components: Record<string, CachedComponent>
}

/** An event's touch: the core, since its seq is that of the last event, and components by type. */
export interface Touched {
  name: EntityName
  seq: number
  components: string[] | 'all'
}

/**
 * Keeps entities by their parts. It may forget anything at any time, and never answers what it was not given. Calls
 * may reject when the cache is away; whoever asks then goes without it.
 */
export interface EntityCache {
  /** Of its metrics. */
  adapter: 'memory' | 'redis'
  get(name: EntityName): Promise<Found>
  /**
   * Keeps what was loaded, unless an event after its `atSeq` has touched the entity, or a later load is there: a load
   * that was overtaken puts nothing old back.
   */
  put(loaded: LoadedEntity[]): Promise<void>
  /** Drops what events have touched, and remembers their seqs; any order, any number of times. */
  invalidate(touched: Touched[]): Promise<void>
  /** Milliseconds of the cache's clock; it means nothing to another cache. */
  now(): Promise<number>
  close(): Promise<void>
}

/** The largest bound that a read may declare; nothing is kept for much longer. */
export const maxStaleLimitMs = 600_000

/** Whether the versions of what is kept make up the whole entity. */
export const isWhole = ({ core, components }: CachedEntity): boolean =>
  core === null ||
  (core !== undefined &&
    Object.entries(core.versions).every(([type, version]) => components[type]?.version === version))

/** What is left of the components when a load has said which versions there are. */
export const mergeComponents = (
  kept: Record<string, CachedComponent>,
  { core, components: loaded }: Pick<LoadedEntity, 'core' | 'components'>,
): Record<string, CachedComponent> => {
  const merged: [string, CachedComponent][] = []
  for (const [type, version] of Object.entries(core?.versions ?? {})) {
    const component = [loaded[type], kept[type]].find((candidate) => candidate?.version === version)
    if (component !== undefined) merged.push([type, component])
  }
  return Object.fromEntries(merged)
}
