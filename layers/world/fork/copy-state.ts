import type pg from 'pg'
import { type CopyBeside, copyBeside } from './copy-beside.ts'
import { addCounts, type Copying, type Counts, copyRange, prepareCopying } from './copy-range.ts'
import { lockParts } from './fork-parts.ts'
import { everyId, type IdRange, splitIds } from './id-ranges.ts'

/** A second connection for a fork. */
export interface ForkHelp {
  /** As the fork's own; a connection of it is used for one fork at a time. */
  pool: pg.Pool
  /** Default 20,000: a fork of fewer than twice as many entities is made by one connection. */
  entitiesEach?: number
}

const defaultEntitiesEach = 20_000

export interface Copied extends Counts {
  /** What holds a part of the state, to be committed just before the fork; undefined: all is in the fork's own transaction. */
  beside: CopyBeside | undefined
}

/**
 * Copies the state of the source. A large one by two transactions, since one is as fast as one core: each takes what is next,
 * so both are done at about the same time.
 */
export const copyState = async (
  client: pg.ClientBase,
  copying: Copying,
  help: ForkHelp | undefined,
): Promise<Copied> => {
  const { source, target } = copying
  const ranges =
    help === undefined ? [everyId] : await splitIds(client, source, help.entitiesEach ?? defaultEntitiesEach)
  await prepareCopying(client)
  if (help === undefined || ranges.length === 1)
    return { ...(await copyHere(client, copying, ranges)), beside: undefined }
  await lockParts(client, target.worldId)
  const beside = copyBeside(help.pool, copying, ranges)
  try {
    const here = await copyHere(client, copying, ranges)
    const there = await beside.copied()
    if (there !== undefined) return { ...addCounts(here, there), beside }
    return { ...addCounts(here, await copyHere(client, copying, ranges)), beside: undefined }
  } catch (error) {
    beside.abandon()
    throw error
  }
}

/** Takes ranges from the end: the other connection begins at the front. */
const copyHere = async (client: pg.ClientBase, copying: Copying, waiting: IdRange[]): Promise<Counts> => {
  let counts: Counts = { entities: 0, relationships: 0, activeBodies: 0 }
  for (let range = waiting.pop(); range !== undefined; range = waiting.pop())
    counts = addCounts(counts, await copyRange(client, copying, range))
  return counts
}
