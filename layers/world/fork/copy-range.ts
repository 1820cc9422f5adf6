import type pg from 'pg'
import type { StoreTarget } from '../postgres/statement.ts'
import type { WorldSettings } from '../settings.ts'
import { copyBodies } from './copy-bodies.ts'
import { type CopiedType, copyComponents } from './copy-components.ts'
import { copyEntities } from './copy-entities.ts'
import { copyRelationships } from './copy-relationships.ts'
import type { ForkSource } from './find-source.ts'
import type { IdRange } from './id-ranges.ts'
import type { DefaultsOverTime } from './read-defaults.ts'

/** What is copied, and how: the same for all ranges of a fork. */
export interface Copying {
  target: StoreTarget
  source: ForkSource
  /** As of the fork's seq. */
  settings: WorldSettings
  types: readonly CopiedType[]
  defaults: DefaultsOverTime
  /** As of `findForkTick`. */
  tick: number | null
}

export interface Counts {
  entities: number
  relationships: number
  activeBodies: number
}

export const addCounts = (a: Counts, b: Counts): Counts => ({
  entities: a.entities + b.entities,
  relationships: a.relationships + b.relationships,
  activeBodies: a.activeBodies + b.activeBodies,
})

// A GIN index keeps new entries in a list, and whoever finds that too long puts all of them in their places. A limit below
// that of other writers (4 MB: 0.4 s of CPU) leaves the fork's share of it to the fork; at 1 MB two connections take 0.5 to
// 1 s of CPU more for 200,000 entities, since each time goes over the same trigrams.
const settingsText = `
  SELECT set_config('gin_pending_list_limit', '2MB', true), set_config('work_mem', '64MB', true)`

/** Of each transaction that copies, before its first range. */
export const prepareCopying = async (client: pg.ClientBase): Promise<void> => {
  await client.query(settingsText)
}

/**
 * Copies the state of a range, as of the fork's seq: what is in it does not change any more (all that the parent writes has a
 * later seq), so that ranges that were read at different times agree. Bodies that ticks have moved are as the rows say that
 * are there then: those of one table are of different ticks anyhow.
 */
export const copyRange = async (
  client: pg.ClientBase,
  { target, source, settings, types, defaults, tick }: Copying,
  range: IdRange,
): Promise<Counts> => {
  const counts = await copyEntities(client, target, source, settings, range)
  await copyComponents(client, target, source, types, range)
  const relationships = await copyRelationships(client, target, source, range)
  await copyBodies(client, target, source, defaults, tick, range)
  return { ...counts, relationships }
}
