import type pg from 'pg'
import { type Queue, QueueRefused } from '#platform/queue/queue'
import { batchMessage, type EventTexts, eventText, packEvents } from './batch.ts'
import type {
  BusEntry,
  Destination,
  OrderedDestination,
  PublisherDestination,
  PublishResult,
} from './destination.ts'
import type { LogRow } from './log.ts'

/** What came of sending consecutive events: those up to `seq` are delivered, the next one was not. */
export interface Delivery {
  /** Of the last event that was delivered; absent when none was. */
  seq?: number
  /** Of the event after it. Absent: all were delivered, or the time was up. */
  failure?: DeliveryFailure
}

export interface DeliveryFailure {
  /** 'refused': the destination will never take this event. 'unavailable': anything else. */
  kind: 'refused' | 'unavailable'
  seq: number
  error: unknown
}

export interface World {
  worldId: string
  tenantId: string
}

/** Sends messages, in order, until an event is not taken or `isTimeUp`; never rejects. */
export type Deliver = (messages: EventTexts[], isTimeUp: () => boolean) => Promise<Delivery>

/** Decides where the events of the world go now, and answers the function that sends them there. */
export const openDestination = async (
  client: pg.ClientBase,
  destination: Destination,
  world: World,
  newId: () => string,
): Promise<Deliver> =>
  destination.kind === 'ordered'
    ? openQueue(client, destination, world, newId)
    : (messages, isTimeUp) =>
        publishAll(
          destination,
          world,
          messages.flatMap(({ rows }) => rows),
          isTimeUp,
        )

const openQueue = async (
  client: pg.ClientBase,
  destination: OrderedDestination,
  world: World,
  newId: () => string,
): Promise<Deliver> => {
  const queue = await destination.queueFor(client, world.worldId)
  if (queue === undefined) return async (messages) => ({ seq: messages.at(-1)?.rows.at(-1)?.seq })
  return async (messages, isTimeUp) => {
    let seq: number | undefined
    for (const events of messages) {
      if (seq !== undefined && isTimeUp()) break
      const delivery = await sendEvents(queue, world, events, newId, isTimeUp)
      seq = delivery.seq ?? seq
      if (delivery.seq !== events.rows.at(-1)!.seq) return { seq, failure: delivery.failure }
    }
    return { seq }
  }
}

/** Sends a batch; one that is refused is halved until the event at fault stands alone. */
const sendEvents = async (
  queue: Queue,
  world: World,
  events: Pick<EventTexts, 'rows' | 'texts'>,
  newId: () => string,
  isTimeUp: () => boolean,
): Promise<Delivery> => {
  const { rows, texts } = events
  try {
    // the id is new for each send: after a crash the same events must not be taken for a duplicate of a
    // message whose consumer has already given it up
    await queue.send({
      body: batchMessage(world, events),
      groupId: world.worldId,
      deduplicationId: newId(),
    })
    return { seq: rows.at(-1)!.seq }
  } catch (error) {
    const seq = rows[0]!.seq
    if (!(error instanceof QueueRefused)) return { failure: { kind: 'unavailable', seq, error } }
    if (rows.length === 1) return { failure: { kind: 'refused', seq, error } }
  }
  const half = rows.length >> 1
  const part = (from: number, to?: number) => ({ rows: rows.slice(from, to), texts: texts.slice(from, to) })
  const first = await sendEvents(queue, world, part(0, half), newId, isTimeUp)
  if (first.failure !== undefined || isTimeUp()) return first
  const second = await sendEvents(queue, world, part(half), newId, isTimeUp)
  return { seq: second.seq ?? first.seq, failure: second.failure }
}

const publishAll = async (
  { publisher }: PublisherDestination,
  world: World,
  rows: LogRow[],
  isTimeUp: () => boolean,
): Promise<Delivery> => {
  let seq: number | undefined
  for (const group of packEvents(rows, { maxEvents: 10 })) {
    if (seq !== undefined && isTimeUp()) break
    const results = await publisher
      .publish(group.rows.map((row) => busEntry(world, row)))
      .catch((error: unknown) =>
        group.rows.map((): PublishResult => ({ status: 'retry', reason: String(error) })),
      )
    // a bus goes on after an entry that failed; what came after it is published again, in order
    for (const [index, row] of group.rows.entries()) {
      const result = results[index] ?? { status: 'retry', reason: 'the publisher gave no result' }
      if (result.status !== 'accepted')
        return { seq, failure: { kind: kindOf(result), seq: row.seq, error: result.reason } }
      seq = row.seq
    }
  }
  return { seq }
}

const kindOf = ({ status }: PublishResult): DeliveryFailure['kind'] =>
  status === 'refused' ? 'refused' : 'unavailable'

const busEntry = ({ worldId, tenantId }: World, row: LogRow): BusEntry => ({
  source: 'orrery',
  detailType: row.type,
  worldId,
  tenantId,
  seq: row.seq,
  detail: `{"worldId":"${worldId}","tenantId":${JSON.stringify(tenantId)},${eventText(row).slice(1)}`,
  time: row.occurredAt,
})
