import { type EntrySource, readCommittedEntries } from '#ledger/read-entries'
import type { WorldEvent } from '#world/event'
import { applySettings, type WorldSettings } from '#world/settings'
import { gammaLayerOf } from './gamma.ts'

/** Of a world's log with what large commits leave out of their events. */
export type LogSource = EntrySource

/** The settings after an event of the log. */
export const settingsAfter = (settings: WorldSettings, event: WorldEvent): WorldSettings =>
  event.type === 'world.settings_changed.v1' ? applySettings(settings, event.data.changes) : settings

/** Whether these events, the next ones under the settings, lack entries that bodies act on. */
export const lacksEntries = (settings: WorldSettings, events: readonly WorldEvent[]): boolean => {
  let current = settings
  for (const event of events) {
    if (isLacking(current, event)) return true
    current = settingsAfter(current, event)
  }
  return false
}

const isLacking = (settings: WorldSettings, event: WorldEvent): boolean =>
  event.type === 'commit.entries.v1' &&
  event.data.entries === undefined &&
  event.data.layer === gammaLayerOf(settings)?.layer

/** Entries that are read at once, but for a single commit that has more. */
const entriesAtOnce = 100_000

/**
 * The events with the entries that bodies act on: all of them, or as many of the first ones as have `entriesAtOnce`.
 *
 * @param settings as they are before the events.
 * @throws what `readCommittedEntries` throws.
 */
export const withEntries = async (
  source: LogSource,
  worldId: string,
  settings: WorldSettings,
  events: WorldEvent[],
): Promise<WorldEvent[]> => {
  if (!lacksEntries(settings, events)) return events
  const complete: WorldEvent[] = []
  let current = settings
  let read = 0
  for (const event of events) {
    if (event.type === 'commit.entries.v1' && isLacking(current, event)) {
      if (read >= entriesAtOnce) break
      const entries = await readCommittedEntries(source, worldId, event.data.commitId)
      read += entries.length
      complete.push({ ...event, data: { ...event.data, entries } })
    } else complete.push(event)
    current = settingsAfter(current, event)
  }
  return complete
}
