import type pg from 'pg'
import type { Causality } from '../chronicle-event.ts'
import { causedByMark, causesMark } from '../searched-text.ts'

/** An event in a graph of causes; one that is named and not (or no more) told has its id only. */
export interface CausalEvent {
  id: string
  /** Steps from the event that was asked about. */
  depth: number
  told: boolean
  timestamp?: string
  eventType?: string
  action?: string
  summary?: string
}

export interface CausalGraph {
  /** In order of depth, then of id. */
  events: CausalEvent[]
  /** In order of cause, then of effect. */
  edges: { cause: string; effect: string }[]
  /** More than `eventLimit` events belong to it, or what lies behind the depth. */
  truncated: boolean
}

export interface CausesAsked {
  chronicleId: string
  eventId: string
  /** up: what led to it; down: what it led to. */
  direction: 'up' | 'down'
  depth: number
  eventLimit: number
}

interface Told {
  event_id: string
  timestamp: string
  event_type: string
  action: string
  summary: string
  causality: Causality
}

/**
 * What leads to an event, or what it leads to, level by level. An edge is there where either of its ends names the
 * other. Undefined where the event is not told.
 */
export const readCauses = async (
  client: pg.ClientBase,
  worldId: string,
  { chronicleId, eventId, direction, depth, eventLimit }: CausesAsked,
): Promise<CausalGraph | undefined> => {
  const told = new Map<string, Told>()
  const load = async (ids: string[]) => {
    const missing = ids.filter((id) => !told.has(id))
    for (const event of await readTold(client, worldId, chronicleId, missing)) told.set(event.event_id, event)
  }
  await load([eventId])
  if (!told.has(eventId)) return undefined
  const depths = new Map([[eventId, 0]])
  const edges = new Map<string, { cause: string; effect: string }>()
  let frontier = [eventId]
  let truncated = false
  for (let level = 1; frontier.length > 0; level++) {
    const naming = await readNaming(client, worldId, {
      chronicleId,
      direction,
      ids: frontier,
      limit: eventLimit + 1,
    })
    truncated ||= naming.length > eventLimit
    await load(naming)
    const steps = stepsFrom(frontier, naming, told, direction)
    const next = new Set<string>()
    for (const [from, to] of steps) {
      if (!depths.has(to)) {
        if (level > depth || depths.size >= eventLimit) {
          truncated = true
          continue
        }
        depths.set(to, level)
        next.add(to)
      }
      const edge = direction === 'up' ? { cause: to, effect: from } : { cause: from, effect: to }
      edges.set(`${edge.cause}\u0001${edge.effect}`, edge)
    }
    frontier = [...next]
    await load(frontier)
  }
  return {
    events: [...depths].map(([id, steps]) => toCausalEvent(id, steps, told.get(id))).sort(byDepth),
    edges: [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge),
    truncated,
  }
}

/** From each of the frontier, in order: what it names itself, then who names it. */
const stepsFrom = (
  frontier: string[],
  naming: string[],
  told: Map<string, Told>,
  direction: CausesAsked['direction'],
): [from: string, to: string][] => {
  const own = direction === 'up' ? 'causedBy' : 'causes'
  const other = direction === 'up' ? 'causes' : 'causedBy'
  const reached = new Set(frontier)
  return [
    ...frontier.flatMap((id) => (told.get(id)?.causality[own] ?? []).map((to): [string, string] => [id, to])),
    ...naming.flatMap((id) =>
      told
        .get(id)!
        .causality[other].filter((from) => reached.has(from))
        .map((from): [string, string] => [from, id]),
    ),
  ]
}

const toCausalEvent = (id: string, depth: number, event: Told | undefined): CausalEvent =>
  event === undefined
    ? { id, depth, told: false }
    : {
        ...{ id, depth, told: true, timestamp: event.timestamp, eventType: event.event_type },
        ...{ action: event.action, summary: event.summary },
      }

const byDepth = (a: CausalEvent, b: CausalEvent): number => a.depth - b.depth || (a.id < b.id ? -1 : 1)

const selectTold = `
  SELECT event_id, document ->> 'timestamp' AS timestamp, event_type, action, document ->> 'summary' AS summary,
    document -> 'causality' AS causality
  FROM chronicle_events
  WHERE world_id = $1 AND chronicle_id = $2 AND event_id = ANY ($3::text[]) AND NOT retracted`

const readTold = async (
  client: pg.ClientBase,
  worldId: string,
  chronicleId: string,
  ids: string[],
): Promise<Told[]> =>
  ids.length === 0 ? [] : (await client.query<Told>(selectTold, [worldId, chronicleId, ids])).rows

interface NamingAsked {
  chronicleId: string
  direction: CausesAsked['direction']
  ids: string[]
  limit: number
}

/** Ids of events that name one of these as their effect (up) or their cause (down). */
const readNaming = async (
  client: pg.ClientBase,
  worldId: string,
  { chronicleId, direction, ids, limit }: NamingAsked,
): Promise<string[]> => {
  const marks = ids.map(direction === 'up' ? causesMark : causedByMark)
  const text = 'SELECT chronicle_marked_any($1, $2, $3::text[], $4) AS id'
  const { rows } = await client.query<{ id: string }>(text, [worldId, chronicleId, marks, limit])
  return rows.map(({ id }) => id)
}
