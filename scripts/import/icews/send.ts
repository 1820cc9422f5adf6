import { randomUUID } from 'node:crypto'
import { type Answer, type ClientOptions, RequestRefused, request } from '../client.ts'
import type { EventBatch } from './batches.ts'
import type { RecordAnswer } from './tally.ts'

export interface Destination {
  client: ClientOptions
  world: string
  chronicle: string
}

const title = 'ICEWS 2018'
const description =
  'Political events coded from the news by the Integrated Crisis Early Warning System (doi:10.7910/DVN/28075).'

/**
 * Makes the chronicle where there is none; one that has another title is left as it is.
 *
 * @throws RequestRefused, ApiAway
 */
export const makeChronicle = async ({ client, world, chronicle }: Destination): Promise<void> => {
  try {
    await post(client, `/api/chronicles?world=${encodeURIComponent(world)}`, {
      body: JSON.stringify({ id: chronicle, title, description }),
    })
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.status !== 409) throw error
    client.note(`The chronicle "${chronicle}" is there already, and keeps its title.`)
  }
}

/** @throws RequestRefused that names the events, ApiAway */
export const sendEvents = async (
  { client, world, chronicle }: Destination,
  batch: EventBatch,
): Promise<RecordAnswer> => {
  const path = `/api/chronicles/${encodeURIComponent(chronicle)}/events?world=${encodeURIComponent(world)}`
  try {
    const { body } = await post(client, path, { body: `{"events":[${batch.json.join(',')}]}` })
    return body as RecordAnswer
  } catch (error) {
    throw error instanceof RequestRefused ? refusalOf(batch, error) : error
  }
}

const post = async (client: ClientOptions, path: string, init: { body: string }): Promise<Answer> => {
  const headers = { 'content-type': 'application/json', 'x-request-id': randomUUID() }
  const answer = await request(client, path, { method: 'POST', headers, ...init })
  if (answer.status === 404)
    throw new RequestRefused(404, { title: 'Not found: is this the URL of an Orrery with chronicles?' })
  return answer
}

const linesLimit = 10

/** Names events by their ids: their place in a batch says nothing after a shuffle. */
const refusalOf = ({ events }: EventBatch, { status, problem }: RequestRefused): RequestRefused => {
  const lines = (problem.errors ?? []).slice(0, linesLimit).map(({ field, message }) => {
    const index = /^events\[(\d+)\]/.exec(field)?.[1]
    const event = index === undefined ? undefined : events[Number(index)]
    return `\n  ${event === undefined ? '' : `${event.id}: `}${field} ${message}`
  })
  const which = `the batch of ${events.length} events with ${events[0]!.id}`
  const why = problem.detail ?? problem.title ?? ''
  return new RequestRefused(status, {
    ...problem,
    detail: `The API refused ${which} (${status}): ${why}${lines.join('')}`,
  })
}
