import { readEvents } from '#relay/read-events'
import type { WorldEvent } from '#world/event'
import type { WorldSettings } from '#world/settings'
import { type LogSource, settingsAfter, withEntries } from './commit-entries.ts'

const readRows = 1_000

/**
 * The events after `afterSeq` up to `toSeq`, in order, in reads of bounded size, with the entries of commits that bodies
 * act on.
 *
 * @param settings as of `afterSeq`.
 */
export async function* eventsBetween(
  source: LogSource,
  worldId: string,
  settings: WorldSettings,
  afterSeq: number,
  toSeq: number,
): AsyncGenerator<WorldEvent[]> {
  let current = settings
  for (let after = afterSeq; after < toSeq; ) {
    const read = await readEvents(source.pool, worldId, after, Math.min(readRows, toSeq - after))
    if (read.length === 0) return
    const events = await withEntries(source, worldId, current, read)
    yield events
    current = events.reduce(settingsAfter, current)
    after = events.at(-1)!.seq
  }
}
