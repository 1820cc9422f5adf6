import type pg from 'pg'
import { timestamptz } from '#platform/postgres/binary-array'
import { bothMoments, type Moment, momentOf } from '#world/read/at'
import type { Modality } from '../chronicle-event.ts'
import { actorMark, keywordMark } from '../searched-text.ts'
import { type EventRecord, type EventRow, recordColumns, toEventRecord } from './event-record.ts'
import { chronicleEventsAt } from './events-at.ts'

export interface EventFilter {
  /** Times of the story, both included. */
  from?: string | undefined
  to?: string | undefined
  type?: string | undefined
  action?: string | undefined
  /** Name or entity id. */
  actor?: string | undefined
  keyword?: string | undefined
  modality?: Modality | undefined
  source?: string | undefined
  /** Words as of a web search: `lamp -oil "old harbour"`. */
  q?: string | undefined
}

export interface EventPage {
  order: 'asc' | 'desc'
  /** The last event of the page before. */
  after: { timestamp: string; id: string } | undefined
  limit: number
}

/**
 * A page of a chronicle's events that are not retracted, in order of the story's time and then of id, as of `asOf`
 * (null: now). The statement's text depends on which filters are given, never on their values.
 */
export const listChronicleEvents = async (
  client: pg.ClientBase,
  worldId: string,
  chronicleId: string,
  filter: EventFilter,
  asOf: number | null,
  { order, after, limit }: EventPage,
): Promise<EventRecord[]> => {
  const moment = momentOf(asOf)
  const values: unknown[] = [worldId, asOf, chronicleId, limit]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const conditions = filterConditions(filter, moment, parameter)
  if (after !== undefined) {
    const at = parameter(timestamptz(Date.parse(after.timestamp)))
    conditions.push(
      `(e.told_at, e.event_id) ${order === 'asc' ? '>' : '<'} (${at}::timestamptz, ${parameter(after.id)})`,
    )
  }
  const direction = order === 'asc' ? 'ASC' : 'DESC'
  const text = `SELECT ${recordColumns} FROM ${chronicleEventsAt[moment]} e
    WHERE ${['e.chronicle_id = $3', 'NOT e.retracted', ...conditions].join(' AND ')}
    ORDER BY e.told_at ${direction}, e.event_id ${direction} LIMIT $4`
  const { rows } = await client.query<EventRow>(text, values)
  return rows.map(toEventRecord)
}

const filterConditions = (
  { from, to, type, action, actor, keyword, modality, source, q }: EventFilter,
  moment: Moment,
  parameter: (value: unknown) => string,
): string[] => {
  const conditions: string[] = []
  if (from !== undefined)
    conditions.push(`e.told_at >= ${parameter(timestamptz(Date.parse(from)))}::timestamptz`)
  if (to !== undefined) conditions.push(`e.told_at <= ${parameter(timestamptz(Date.parse(to)))}::timestamptz`)
  if (type !== undefined) conditions.push(`e.event_type = ${parameter(type)}`)
  if (action !== undefined) conditions.push(`e.action = ${parameter(action)}`)
  if (modality !== undefined) conditions.push(`e.modality = ${parameter(modality)}`)
  if (source !== undefined) conditions.push(`e.source = ${parameter(source)}`)
  const marks = [
    ...(actor === undefined ? [] : [actorMark(actor)]),
    ...(keyword === undefined ? [] : [keywordMark(keyword)]),
  ]
  // operators of arrays and of full text are not leakproof: under row security only functions may use their index
  const isNow = moment === 'now'
  if (marks.length > 0) {
    const wanted = `${parameter(marks)}::text[]`
    conditions.push(
      isNow ? `e.event_id IN (SELECT chronicle_marked($1, $3, ${wanted}))` : `e.marks @> ${wanted}`,
    )
  }
  if (q !== undefined) {
    const query = parameter(q)
    conditions.push(
      isNow
        ? `e.event_id IN (SELECT chronicle_matching($1, $3, ${query}))`
        : `e.search @@ chronicle_query(${query})`,
    )
  }
  return conditions
}

const selectOne = bothMoments(
  (moment) =>
    `SELECT ${recordColumns} FROM ${chronicleEventsAt[moment]} e WHERE e.chronicle_id = $3 AND e.event_id = $4`,
)

/** The event, retracted or not, as of `asOf` (null: now), or undefined where it had not been told then. */
export const readChronicleEvent = async (
  client: pg.ClientBase,
  worldId: string,
  chronicleId: string,
  eventId: string,
  asOf: number | null,
): Promise<EventRecord | undefined> => {
  const { rows } = await client.query<EventRow>(selectOne[momentOf(asOf)], [
    worldId,
    asOf,
    chronicleId,
    eventId,
  ])
  return rows[0] && toEventRecord(rows[0])
}
