import type pg from 'pg'
import { readEvents } from '#relay/read-events'
import type { WorldEvent } from '#world/event'

const readRows = 1_000

/** The events after `afterSeq` up to `toSeq`, in order, in reads of bounded size. */
export async function* eventsBetween(
  database: pg.ClientBase | pg.Pool,
  worldId: string,
  afterSeq: number,
  toSeq: number,
): AsyncGenerator<WorldEvent[]> {
  for (let after = afterSeq; after < toSeq; ) {
    const events = await readEvents(database, worldId, after, Math.min(readRows, toSeq - after))
    if (events.length === 0) return
    yield events
    after = events.at(-1)!.seq
  }
}
