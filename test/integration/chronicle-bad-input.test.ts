import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { told } from '../support/chronicle.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
  await api.call('POST', '/api/chronicles/c/events?world=w', told('there'))
})

afterAll(async () => {
  await api?.stop()
  await database?.drop()
})

const long = (length: number) => 'x'.repeat(length)
const actor = (fields: object = {}) => ({ name: 'Ann', entityType: 'Character', role: 'agent', ...fields })
const valence = (fields: object) => ({
  actors: [actor()],
  valence: [{ source: 'Ann', target: 'Ann', type: 'trust', change: 1, ...fields }],
})
const many = <T>(count: number, item: T) => Array.from({ length: count }, () => item)

const wrongEvents: [what: string, fields: object, field: string][] = [
  ['no id', { id: undefined }, 'id'],
  ['an empty id', { id: '' }, 'id'],
  ['an id over 256 characters', { id: long(257) }, 'id'],
  ['an id with a control character', { id: 'a\nb' }, 'id'],
  ['an id that is a number', { id: 7 }, 'id'],
  ['no timestamp', { timestamp: undefined }, 'timestamp'],
  ['a timestamp without an offset', { timestamp: '2018-01-01T00:00:00' }, 'timestamp'],
  ['a date', { timestamp: '2018-01-01' }, 'timestamp'],
  ['a day that is not', { timestamp: '2018-02-30T00:00:00Z' }, 'timestamp'],
  ['an hour 24', { timestamp: '2018-01-01T24:00:00Z' }, 'timestamp'],
  ['a year of five digits', { timestamp: '12018-01-01T00:00:00Z' }, 'timestamp'],
  ['a time before what a database holds', { timestamp: '-004713-12-31T00:00:00Z' }, 'timestamp'],
  ['a time beyond what a program holds', { timestamp: '+275760-09-14T00:00:00Z' }, 'timestamp'],
  ['no event type', { eventType: undefined }, 'eventType'],
  ['no action', { action: undefined }, 'action'],
  ['an empty action', { action: '' }, 'action'],
  ['no summary', { summary: undefined }, 'summary'],
  ['a summary over 4,096 characters', { summary: long(4_097) }, 'summary'],
  ['U+0000 in a summary', { summary: 'a\u0000' }, 'summary'],
  ['actors that are no list', { actors: {} }, 'actors'],
  ['65 actors', { actors: many(65, actor()) }, 'actors'],
  ['an actor without a name', { actors: [actor({ name: undefined })] }, 'actors[0].name'],
  [
    'an actor whose name has a control character',
    { actors: [actor({ name: 'a\u0001b' })] },
    'actors[0].name',
  ],
  ['an actor without a type', { actors: [actor({ entityType: undefined })] }, 'actors[0].entityType'],
  ['an actor without a role', { actors: [actor({ role: undefined })] }, 'actors[0].role'],
  ['an unknown field of an actor', { actors: [actor({ age: 7 })] }, 'actors[0].age'],
  ['65 changes of valence', { actors: [actor()], valence: many(65, valence({}).valence[0]) }, 'valence'],
  ['a valence of nobody', valence({ target: 'Bob' }), 'valence[0].target'],
  ['a change that is a text', valence({ change: '1' }), 'valence[0].change'],
  ['a change beyond 1e9', valence({ change: 1e10 }), 'valence[0].change'],
  ['a type over 64 characters', valence({ type: long(65) }), 'valence[0].type'],
  ['257 causes', { causality: { causedBy: many(257, 'a') } }, 'causality.causedBy'],
  ['257 effects', { causality: { causes: many(257, 'a') } }, 'causality.causes'],
  ['an empty cause', { causality: { causedBy: [''] } }, 'causality.causedBy[0]'],
  ['an unknown modality', { modality: 'certain' }, 'modality'],
  ['65 keywords', { keywords: many(65, 'a') }, 'keywords'],
  ['an empty keyword', { keywords: ['a', ''] }, 'keywords[1]'],
  ['an empty location', { location: {} }, 'location'],
  ['a coordinate of 2^40', { location: { position: [0, 2 ** 40, 0] } }, 'location.position[1]'],
  ['65 items', { items: many(65, { name: 'a' }) }, 'items'],
  ['a quantity of 0', { items: [{ name: 'a', quantity: 0 }] }, 'items[0].quantity'],
  ['data that is a list', { data: [] }, 'data'],
  ['data over 64 KB', { data: { text: long(65_536) } }, 'data'],
  ['an unknown field', { mood: 'grim' }, 'mood'],
]

describe('an event is refused whole, and the field named', () => {
  it.each(wrongEvents)('%s', async (_, fields, field) => {
    const event = { ...told('e'), ...fields }
    const fieldsOf = async (path: string, body: unknown, headers?: Record<string, string>) => {
      const answer = await api.call('POST', path, body, headers)
      expect(answer.status).toBe(400)
      return answer.body.errors.map((error: { field: string }) => error.field)
    }
    const path = '/api/chronicles/c/events?world=w'
    expect(await fieldsOf(path, event)).toContain(field)
    expect(await fieldsOf(path, { events: [told('good'), event] })).toContain(`events[1].${field}`)
    const lines = `${JSON.stringify(told('good'))}\n${JSON.stringify(event)}`
    expect(await fieldsOf(path, lines, { 'content-type': 'application/x-ndjson' })).toContain(
      `line 2.${field}`,
    )
    const put = await api.call('PUT', '/api/chronicles/c/events/there?world=w', {
      ...told('there'),
      ...fields,
    })
    expect(put.status).toBe(400)
    expect(put.body.errors.map((error: { field: string }) => error.field)).toContain(field)
  })

  it('one of more than 128 KB', async () => {
    const fields = { ...told('e'), actors: many(64, actor({ name: long(1_024), context: long(1_024) })) }
    const { status, body } = await api.call('POST', '/api/chronicles/c/events?world=w', { events: [fields] })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ field: 'events[0]', message: 'must have at most 131072 bytes as JSON' }])
  })

  it('and nothing of its batch is there', async () => {
    const { body } = await api.call('GET', '/api/chronicles/c/events?world=w')
    expect(body.events.map(({ id }: { id: string }) => id)).toEqual(['there'])
  })
})

const events = '/api/chronicles/c/events'
const requests: [what: string, method: string, path: string, body: unknown, field: string][] = [
  ['no events', 'POST', events, { events: [] }, 'events'],
  ['events that are no list', 'POST', events, { events: 7 }, 'events'],
  ['5,001 events', 'POST', events, { events: many(5_001, told('e')) }, 'events'],
  ['a field beside events', 'POST', events, { events: [told('e')], more: 1 }, 'more'],
  ['a list as body', 'POST', events, [], 'body'],
  ['a text as body', 'POST', events, '"text"', 'body'],
  ['malformed JSON', 'POST', events, '{', 'body'],
  [
    'an id of a chronicle over 256 characters',
    'POST',
    `/api/chronicles/${long(257)}/events`,
    told('e'),
    'path.id',
  ],
  ['a world name with a control character', 'POST', `${events}?world=a%07`, told('e'), 'query.world'],
  ['an unknown field of the query', 'POST', `${events}?word=w`, told('e'), 'query.word'],
  ['a chronicle without id', 'POST', '/api/chronicles', {}, 'id'],
  ['a title over 1,024 characters', 'POST', '/api/chronicles', { id: 'c', title: long(1_025) }, 'title'],
  ['another id than the path', 'PUT', `${events}/there`, told('other'), 'id'],
  [
    'a reason over 1,024 characters',
    'DELETE',
    `${events}/there?reason=${long(1_025)}`,
    undefined,
    'query.reason',
  ],
  ['a limit of 0', 'GET', `${events}?limit=0`, undefined, 'query.limit'],
  ['a time without offset', 'GET', `${events}?from=2018-01-01T00:00:00`, undefined, 'query.from'],
  ['an unknown modality', 'GET', `${events}?modality=sure`, undefined, 'query.modality'],
  ['an order that is none', 'GET', `${events}?order=up`, undefined, 'query.order'],
  ['an empty query', 'GET', `${events}?q=`, undefined, 'query.q'],
  ['a query over 1,024 characters', 'GET', `${events}?q=${long(1_025)}`, undefined, 'query.q'],
  ['U+0000 in an actor', 'GET', `${events}?actor=%00`, undefined, 'query.actor'],
  ['a cursor that is none', 'GET', `${events}?cursor=abc`, undefined, 'query.cursor'],
  ['a cursor of another list', 'GET', `${events}?cursor=ImMi`, undefined, 'query.cursor'],
  ['a seq beyond the log', 'GET', `${events}?asOf=999`, undefined, 'query.asOf'],
  ['a direction that is none', 'GET', `${events}/there/causes?direction=left`, undefined, 'query.direction'],
  ['a depth of 33', 'GET', `${events}/there/causes?depth=33`, undefined, 'query.depth'],
  ['a limit of 1,001', 'GET', `${events}/there/causes?limit=1001`, undefined, 'query.limit'],
  ['a version that is a text', 'GET', `${events}/there/history?cursor=ImMi`, undefined, 'query.cursor'],
]

describe('a request is refused, and the field named', () => {
  it.each(requests)('%s', async (_, method, path, body, field) => {
    const answer = await api.call(method, path, body, { 'x-world': 'w' })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field)
  })

  it('a world in the header that can be none', async () => {
    const answer = await api.call('POST', events, told('e'), { 'x-world': long(257) })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'headers.X-World' }] } })
  })

  it('a body that is neither JSON nor lines, lines where none are taken, and more than 4 MB', async () => {
    const text = await api.call('POST', events, 'a', { 'content-type': 'text/plain' })
    expect(text).toMatchObject({
      status: 415,
      body: { errors: [{ message: expect.stringContaining('x-ndjson') }] },
    })
    const lines = { 'content-type': 'application/x-ndjson' }
    expect((await api.call('POST', '/api/chronicles', '{"id":"x"}', lines)).status).toBe(415)
    expect((await api.call('POST', events, '\n\n', lines)).status).toBe(400)
    expect((await api.call('POST', events, `${' '.repeat(4 << 20)}{}`, lines)).status).toBe(413)
  })
})
