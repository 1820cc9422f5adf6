import type pg from 'pg'
import type { EventData } from '../event.ts'
import { readAncestors } from '../read/ancestors.ts'
import type { PhysicsSettings } from '../settings.ts'
import type { ForkSource } from './find-source.ts'

/** What bodies had without parameters that said otherwise, for events after a seq. */
export interface Defaults {
  afterSeq: number
  mass: number
  jitter: number
}

export interface DefaultsOverTime {
  /** The worlds whose logs lead to the source's state, and how far each counts. */
  worldIds: string[]
  toSeqs: number[]
  /** The oldest first; never none. */
  defaults: Defaults[]
}

const changesText = `
  SELECT e.seq, e.data FROM world_events e
  WHERE e.world_id = ANY ($1::uuid[]) AND e.seq <= ($2::int8[])[array_position($1::uuid[], e.world_id)]
    AND e.type = 'world.settings_changed.v1'
  ORDER BY e.seq DESC`

/** @param physics the settings as of the source's seq. */
export const readDefaults = async (
  client: pg.ClientBase,
  source: ForkSource,
  { defaultMass, defaultJitter }: PhysicsSettings,
): Promise<DefaultsOverTime> => {
  const ancestors = await readAncestors(client, source.worldId)
  const worldIds = [source.worldId, ...ancestors.map(({ worldId }) => worldId)]
  const toSeqs = [source.atSeq, ...ancestors.map(({ upToSeq }) => upToSeq)]
  const { rows } = await client.query<{ seq: number; data: EventData['world.settings_changed.v1'] }>(
    changesText,
    [worldIds, toSeqs],
  )
  let first = { mass: defaultMass, jitter: defaultJitter }
  const defaults: Defaults[] = []
  for (const { seq, data } of rows) {
    const before = (field: string): number | undefined =>
      data.changes.find((change) => change.field === field)?.oldValue as number | undefined
    const mass = before('physics.defaultMass')
    const jitter = before('physics.defaultJitter')
    if (mass === undefined && jitter === undefined) continue
    defaults.unshift({ afterSeq: seq, ...first })
    first = { mass: mass ?? first.mass, jitter: jitter ?? first.jitter }
  }
  return { worldIds, toSeqs, defaults: [{ afterSeq: 0, ...first }, ...defaults] }
}
