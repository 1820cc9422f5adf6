import type pg from 'pg'
import type * as z from 'zod'
import { readNamedEvents } from '#chronicle/read/named-events'
import { figuresOf } from '#ledger/commit'
import { findCoveringCommit } from '#ledger/postgres/commits-of-tick'
import { readGamma } from '#ledger/postgres/read-gamma'
import type { LayerName } from '#ledger/settings'
import { regionName } from '#octree/region'
import { readRelayCursor } from '#relay/read-cursors'
import type { Cause, Change, Json } from '#world/event'
import type { HistoryField } from '#world/history/field'
import { findTakenUp, type TakenUp } from '#world/history/find-tick'
import type { HistoryEntry } from '#world/history/pick-changes'
import { readEntity } from '#world/read/entities'
import { readRequest } from '#world/read/request'
import { findWorldById, type World } from '#world/read/worlds'
import type { ReadWorld } from '../../api-context.ts'
import { hideSealedValues } from '../../sealed-answers.ts'
import type { explainAnswer } from './schemas.ts'

type Explanation = z.output<typeof explainAnswer>

export interface AskedValue {
  tenantId: string
  entityId: string
  field: HistoryField
  asOf: number
}

const absent = (absence: string, detail: string) => ({ absence, detail })

/** The chain of what made a value, from the request to gamma; `entry` is the last change of the field. */
export const explainValue = async (
  client: pg.ClientBase,
  world: ReadWorld,
  asked: AskedValue,
  entry: HistoryEntry | undefined,
): Promise<Explanation> => {
  const head = { entityId: asked.entityId, field: asked.field.text, asOf: asked.asOf }
  if (entry === undefined || entry.type === null || entry.cause === null) return { ...head, ...notRetained() }
  const [change] = hideSealedValues(entry.changes)
  const holder = (await findWorldById(client, asked.tenantId, entry.worldId))!
  const tick = await findTakenUp(client, holder.worldId, entry.seq, (holder.parent?.tick ?? 0) + 1)
  return {
    ...head,
    ...(change?.newValue !== undefined && { value: change.newValue as Json }),
    event: eventOf(entry, entry.cause, change, holder),
    request: await requestOf(client, asked.tenantId, holder, entry.cause),
    chronicleEvents: await storyOf(client, world, entry.cause),
    batch: await batchOf(client, holder, entry.seq),
    tick: 'absence' in tick ? absent(tick.absence, ticksAbsent[tick.absence]) : tick,
    commits: await commitsOf(client, world, asked, entry, tick),
  }
}

const notRetained = (): Omit<Explanation, 'entityId' | 'field' | 'asOf'> => {
  const gone = absent('not-retained', 'The event that made it so is no longer retained.')
  return { event: gone, request: gone, chronicleEvents: [], batch: gone, tick: gone, commits: [] }
}

const eventOf = (
  entry: HistoryEntry,
  cause: Cause,
  change: Change | undefined,
  holder: World,
): Explanation['event'] => ({
  ...{ seq: entry.seq, eventId: entry.eventId!, type: entry.type!, occurredAt: entry.occurredAt! },
  world: holder.name,
  ...(change?.oldValue !== undefined && { oldValue: change.oldValue }),
  ...(change?.newValue !== undefined && { newValue: change.newValue }),
  cause: cause as Explanation['event'] extends { cause: infer C } ? C : never,
})

const requestOf = async (
  client: pg.ClientBase,
  tenantId: string,
  holder: World,
  { requestId, traceparent }: Cause,
): Promise<Explanation['request']> => {
  if (requestId === undefined) return absent('none', 'The system itself made the event, without a request.')
  const request = await readRequest(client, tenantId, holder.name, requestId)
  if (request === undefined)
    return absent('not-retained', `What became of the request '${requestId}' is no longer retained.`)
  const { subject, status, keptAt } = request
  return { requestId, subject, status, at: keptAt.toISOString(), traceparent: traceparent ?? null }
}

const storyOf = async (
  client: pg.ClientBase,
  { worldId }: ReadWorld,
  { chronicleEventId }: Cause,
): Promise<Explanation['chronicleEvents']> => {
  if (chronicleEventId === undefined) return []
  const found = await readNamedEvents(client, worldId, chronicleEventId)
  return found.map(({ chronicleId, id, timestamp, eventType, action, summary, retracted, version }) => ({
    ...{ chronicleId, id, timestamp, eventType, action, summary, retracted, version },
  }))
}

/** Batches themselves are not kept: how far the relay has come says whether the event has been in one. */
const batchOf = async (
  client: pg.ClientBase,
  { worldId }: World,
  seq: number,
): Promise<Explanation['batch']> => {
  const deliveredUpTo = await readRelayCursor(client, worldId, 'physics')
  return deliveredUpTo === undefined
    ? absent('never-sent', 'The relay has sent nothing of this world to the physics yet.')
    : { destination: 'physics', deliveredUpTo, delivered: deliveredUpTo >= seq }
}

const ticksAbsent = {
  'not-retained': 'The tick that took it up is no longer in the tick log.',
  'not-yet': 'No tick has taken it up yet.',
  'never-ticked': 'No physics service has ticked this world.',
}

const commitsOf = async (
  client: pg.ClientBase,
  world: ReadWorld,
  { entityId }: AskedValue,
  entry: HistoryEntry,
  tick: TakenUp,
): Promise<Explanation['commits']> => {
  const entity = await readEntity(client, entry.worldId, entityId, entry.seq)
  if (entity === undefined || 'absence' in tick || world.settings.ledger.producer !== 'physics') return []
  const [x, y, z] = entity.position
  const found: Explanation['commits'] = []
  for (const { name, cell } of world.settings.ledger.layers) {
    const region = cell === '*' ? '*' : regionName(x, y, z, cell)
    found.push(await layerOf(client, world, name, region, tick.tick, entityId))
  }
  return found
}

const layerOf = async (
  client: pg.ClientBase,
  { worldId }: ReadWorld,
  layer: LayerName,
  region: string,
  tick: number,
  entityId: string,
): Promise<Explanation['commits'][number]> => {
  // with tick 0 the physics began: the first that it simulated is 1
  const commit = await findCoveringCommit(client, worldId, layer, Math.max(1, tick), region, entityId)
  const [cell] = await readGamma(client, { worldId, layer, region, limit: 1 })
  const gamma = cell?.region === region ? gammaOf(cell) : null
  if (commit === undefined) {
    const detail = `No commit of the layer covers tick ${tick} there: its window is open, or nothing in the shard was active.`
    return { layer, region, commit: absent('none', detail), note: null, gamma }
  }
  const { entry, layer: _, region: __, ...rest } = commit
  const namesEntity = entry.state === 'found' ? entry.namesEntity : entry.state === 'other' ? false : null
  return { layer, region, commit: { ...rest, namesEntity }, note: noteOf(entry, region), gamma }
}

const noteOf = ({ state }: { state: 'found' | 'archived' | 'other' }, region: string): string | null => {
  if (state === 'archived') return 'Its entries are in the archive: GET /commit/{commitId} reads them.'
  return state === 'found'
    ? null
    : `It has no entry of ${region}: the body had activity 0, or had moved from where it was written.`
}

const gammaOf = (cell: Awaited<ReturnType<typeof readGamma>>[number]) => {
  const { weight, activityMean } = figuresOf(cell)
  return { region: cell.region, weight, count: Number(cell.count), activityMean }
}
