import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, startTestApi, type TestApi } from '../support/api.ts'
import { chroniclesOf, told } from '../support/chronicle.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi(database.url('orrery_app'))
})

afterAll(async () => {
  await api?.stop()
  await database?.drop()
})

const idsOf = ({ body }: Answer): string[] => body.events.map(({ id }: { id: string }) => id)

const nextOf = ({ headers }: Answer): string | undefined => /<(.*)>/.exec(headers.get('link') ?? '')?.[1]

const whole = {
  id: 'gift',
  timestamp: '-000043-03-15T11:00:00.5+01:00',
  eventType: 'gift',
  summary: 'Brutus gave Caesar a dagger',
  actors: [
    { entityId: 'brutus-1', name: 'Brutus', entityType: 'Character', role: 'agent', context: 'reluctant' },
    { name: 'Caesar', entityType: 'Character', role: 'recipient' },
  ],
  action: 'gave',
  valence: [{ source: 'Caesar', target: 'brutus-1', type: 'trust', change: -0.75 }],
  causality: { causedBy: ['plot'], causes: ['war'] },
  modality: 'reported',
  source: 'Plutarch',
  keywords: ['ides', 'betrayal'],
  location: { name: 'Curia', position: [1, 2, 3] },
  items: [{ name: 'dagger', quantity: 23 }],
  data: { witnesses: { first: 'Casca' } },
}

describe('chronicles', () => {
  it('are made once, and again without effect', async () => {
    const { create, chronicle } = chroniclesOf(api, 'named')
    const body = { id: 'saga', title: 'The saga', description: 'Of a family' }
    expect(await create(body)).toMatchObject({ status: 200, body: { status: 'applied', seq: 2, events: 1 } })
    expect(await create(body)).toMatchObject({ status: 200, body: { seq: 2, events: 0 } })
    const other = await create({ ...body, title: 'Another' })
    expect(other).toMatchObject({ status: 409, body: { errors: [{ field: 'id' }] } })
    expect((await chronicle('saga')).body).toEqual({
      ...{ ...body, eventCount: 0, seq: 2, createdAt: expect.any(String) },
    })
  })

  it('are made by their first events, and named after that', async () => {
    const { create, post, chronicle } = chroniclesOf(api, 'named')
    await post('told first', told('e'))
    expect((await chronicle('told first')).body).toMatchObject({ title: 'told first', eventCount: 1 })
    expect((await create({ id: 'told first', title: 'A title' })).status).toBe(200)
    expect((await chronicle('told first')).body).toMatchObject({ title: 'A title', eventCount: 1 })
    expect((await create({ id: 'told first', title: 'Another' })).status).toBe(409)
  })

  it('are listed in pages', async () => {
    for (const id of ['c', 'a', 'b']) await chroniclesOf(api, 'listed').create({ id })
    const first = await api.call('GET', '/api/chronicles?limit=2', undefined, { 'x-world': 'listed' })
    expect(first.body.chronicles.map(({ id }: { id: string }) => id)).toEqual(['a', 'b'])
    const second = await api.call('GET', nextOf(first)!, undefined, { 'x-world': 'listed' })
    expect(second.body.chronicles.map(({ id }: { id: string }) => id)).toEqual(['c'])
    expect(nextOf(second)).toBeUndefined()
  })
})

describe('recording', () => {
  it('keeps all that is told, in UTC', async () => {
    const { post, get } = chroniclesOf(api, 'rome')
    const answer = await post('lives', whole, { 'x-request-id': 'r1' })
    expect(answer.body).toEqual({ status: 'applied', recorded: 1, duplicates: 0, seq: 2, requestId: 'r1' })
    expect((await get('lives', 'gift')).body).toEqual({
      ...{ ...whole, timestamp: '-000043-03-15T10:00:00.500Z' },
      ...{ version: 1, seq: 2, recordedAt: expect.any(String), retracted: false },
    })
  })

  it('gives what is left out its default', async () => {
    const { post, get } = chroniclesOf(api, 'rome')
    await post('plain', told('e'))
    expect((await get('plain', 'e')).body).toMatchObject({
      ...{ actors: [], valence: [], causality: { causedBy: [], causes: [] }, modality: 'actual' },
      ...{ source: 'API', keywords: [], data: {} },
    })
  })

  it('counts what is told again, and makes no event of it', async () => {
    const { post } = chroniclesOf(api, 'again')
    expect((await post('c', { events: [told('a'), told('b'), told('a')] })).body).toMatchObject({
      ...{ recorded: 2, duplicates: 1, seq: 2 },
    })
    // equal, though its keys come in another order and its time in another zone
    const same = Object.fromEntries(Object.entries(told('a')).reverse())
    const body = { events: [{ ...same, timestamp: '2018-01-01T02:00:00+02:00' }, told('c'), told('b')] }
    expect((await post('c', body)).body).toMatchObject({ recorded: 1, duplicates: 2, seq: 3 })
    expect((await post('c', told('a'))).body).toMatchObject({ recorded: 0, duplicates: 1, seq: 3 })
  })

  it('answers a request id that it knows as it did the first time', async () => {
    const { post } = chroniclesOf(api, 'again')
    const first = await post('once', { events: [told('a')] }, { 'x-request-id': 'the-same' })
    const second = await post('once', { events: [told('a')] }, { 'x-request-id': 'the-same' })
    expect(second.body).toEqual(first.body)
    expect(second.body.recorded).toBe(1)
  })

  it('refuses a batch whole where one event is there with other content, and names it', async () => {
    const { post, list } = chroniclesOf(api, 'conflict')
    await post('c', told('a'))
    const events = [told('b'), told('a', { summary: 'Another' })]
    const answer = await post('c', { events })
    expect(answer).toMatchObject({ status: 409, body: { errors: [{ field: 'events[1].id' }] } })
    expect(answer.body.detail).toContain('PUT')
    const within = await post('c', { events: [told('x'), told('y'), told('x', { action: 'left' })] })
    expect(within).toMatchObject({ status: 409, body: { errors: [{ field: 'events[2].id' }] } })
    expect(await post('c', told('a', { action: 'left' }))).toMatchObject({
      ...{ status: 409, body: { errors: [{ field: 'id' }] } },
    })
    expect(idsOf(await list('c'))).toEqual(['a'])
  })

  it('takes JSON lines, with blank ones among them', async () => {
    const { lines, list } = chroniclesOf(api, 'lines')
    const text = `${JSON.stringify(told('a'))}\n\n${JSON.stringify(told('b'))}\r\n${JSON.stringify(told('a'))}\n`
    expect((await lines('c', text)).body).toMatchObject({ recorded: 2, duplicates: 1 })
    expect(idsOf(await list('c'))).toEqual(['a', 'b'])
    const wrong = `${JSON.stringify(told('c'))}\n\n{"id":\n${JSON.stringify({ ...told('d'), action: '' })}`
    const { status, body } = await lines('c', wrong)
    expect(status).toBe(400)
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['line 3', 'line 4.action'])
    const conflict = await lines('c', `\n${JSON.stringify(told('b', { summary: 'Another' }))}`)
    expect(conflict).toMatchObject({ status: 409, body: { errors: [{ field: 'line 2.id' }] } })
    expect(idsOf(await list('c'))).toEqual(['a', 'b'])
  })

  it('takes more lines than one command has events, all or none', async () => {
    const { lines, chronicle } = chroniclesOf(api, 'many')
    const text = (count: number) =>
      Array.from({ length: count }, (_, n) => JSON.stringify(told(`e${n}`))).join('\n')
    expect((await lines('c', text(5_001))).body).toMatchObject({ recorded: 5_001, duplicates: 0, seq: 3 })
    expect((await chronicle('c')).body.eventCount).toBe(5_001)
    const tooMany = await lines('c', text(10_001))
    expect(tooMany).toMatchObject({ status: 400, body: { errors: [{ field: 'line 10001' }] } })
    const late = `${text(5_001)}\n${JSON.stringify(told('e5000', { summary: 'Another' }))}`
    expect(await lines('c', late)).toMatchObject({ body: { errors: [{ field: 'line 5002.id' }] } })
  })
})

describe('listing', () => {
  const events = [
    told('early', { timestamp: '-004712-01-01T00:00:00Z', action: 'born' }),
    told('first', { actors: [{ entityId: 'id-1', name: 'Ann', entityType: 'Character', role: 'agent' }] }),
    told('second', { timestamp: '2018-01-02T00:00:00Z', eventType: 'battle', keywords: ['war'] }),
    told('third', {
      ...{
        timestamp: '2018-01-02T00:00:00Z',
        modality: 'rumored',
        summary: 'Running horses cross the river',
      },
      actors: [{ name: 'Ann', entityType: 'Character', role: 'witness' }],
    }),
    told('late', { timestamp: '+275760-09-13T00:00:00Z', keywords: ['war', 'end'], source: 'Oracle' }),
  ]
  let world: ReturnType<typeof chroniclesOf>
  beforeAll(async () => {
    world = chroniclesOf(api, 'found')
    await world.post('c', { events: [...events].reverse() })
    await world.post('other', told('elsewhere', { keywords: ['war'] }))
  })

  it.each([
    ['', ['early', 'first', 'second', 'third', 'late']],
    ['order=desc', ['late', 'third', 'second', 'first', 'early']],
    ['from=2018-01-02T00:00:00Z', ['second', 'third', 'late']],
    ['to=2018-01-01T00:00:00Z', ['early', 'first']],
    ['from=-000100-01-01T00:00:00Z&to=2018-01-01T12:00:00%2B12:00', ['first']],
    ['type=battle', ['second']],
    ['action=born', ['early']],
    ['modality=rumored', ['third']],
    ['source=Oracle', ['late']],
    ['actor=Ann', ['first', 'third']],
    ['actor=id-1', ['first']],
    ['actor=ann', []],
    ['keyword=war', ['second', 'late']],
    ['keyword=war&keyword=end', undefined],
    ['actor=Ann&keyword=war', []],
    ['q=horse', ['third']],
    ['q=rivers%20run', ['third']],
    ['q=Ann', ['first', 'third']],
    ['q=Ann%20-running', ['first']],
    ['q=%22cross%20the%20river%22', ['third']],
    ['q=nothing', []],
    ['q=Ann&order=desc&to=2018-01-02T00:00:00Z', ['third', 'first']],
  ])('finds by %s, now and as of a seq', async (query, ids) => {
    const answer = await world.list('c', query)
    if (ids === undefined) return expect(answer.status).toBe(400)
    expect(idsOf(answer)).toEqual(ids)
    expect(idsOf(await world.list('c', `${query}&asOf=2`))).toEqual(ids)
  })

  it.each(['order=asc', 'order=desc', 'keyword=war&order=desc', 'asOf=2'])(
    'pages through %s',
    async (query) => {
      const everything = idsOf(await world.list('c', query))
      const paged: string[] = []
      let answer = await world.list('c', `${query}&limit=1`)
      for (;;) {
        paged.push(...idsOf(answer))
        const next = nextOf(answer)
        if (next === undefined) break
        answer = await api.call('GET', next)
      }
      expect(paged).toEqual(everything)
      expect(paged.length).toBeGreaterThan(1)
    },
  )
})

describe('changes and retractions', () => {
  it('are versions; a read of the past has what was there then', async () => {
    const { post, put, get, list, retract, chronicle } = chroniclesOf(api, 'changed')
    await post('c', { events: [told('a'), told('b')] })
    const { body: before } = await get('c', 'a')
    const changed = await put('c', 'a', {
      ...before,
      summary: 'Told anew',
      timestamp: '2019-01-01T00:00:00Z',
    })
    expect(changed).toMatchObject({ status: 200, body: { seq: 3, events: 1 } })
    expect(
      (await put('c', 'a', { ...before, summary: 'Told anew', timestamp: '2019-01-01T00:00:00Z' })).body,
    ).toMatchObject({ seq: 3, events: 0 })
    expect((await get('c', 'a')).body).toMatchObject({ version: 2, summary: 'Told anew', seq: 3 })
    expect((await get('c', 'a', '?asOf=2')).body).toEqual(before)
    expect(idsOf(await list('c'))).toEqual(['b', 'a'])
    expect(idsOf(await list('c', 'asOf=2'))).toEqual(['a', 'b'])
    expect(idsOf(await list('c', 'q=anew'))).toEqual(['a'])
    expect(idsOf(await list('c', 'q=anew&asOf=2'))).toEqual([])

    expect((await retract('c', 'a', 'a lie')).body).toMatchObject({ seq: 4, events: 1 })
    expect((await retract('c', 'a', 'again')).body).toMatchObject({ seq: 4, events: 0 })
    expect((await get('c', 'a')).body).toMatchObject({ version: 3, retracted: true, reason: 'a lie' })
    expect((await get('c', 'a', '?asOf=3')).body).toMatchObject({ version: 2, retracted: false })
    expect(idsOf(await list('c'))).toEqual(['b'])
    expect(idsOf(await list('c', 'asOf=3'))).toEqual(['b', 'a'])
    expect(idsOf(await list('c', 'q=anew'))).toEqual([])
    expect((await chronicle('c')).body.eventCount).toBe(1)

    const { body } = await get('c', 'a', '/history')
    expect(body.versions).toMatchObject([
      { version: 1, seq: 2, summary: 'Summary of a', retracted: false },
      { version: 2, seq: 3, summary: 'Told anew', retracted: false },
      { version: 3, seq: 4, summary: 'Told anew', retracted: true, reason: 'a lie' },
    ])
    const first = await get('c', 'a', '/history?limit=2')
    expect(first.body.versions).toHaveLength(2)
    expect((await api.call('GET', nextOf(first)!)).body.versions).toMatchObject([{ version: 3 }])
  })

  it('are refused where the event is not there, or is retracted', async () => {
    const { post, put, get, retract } = chroniclesOf(api, 'gone')
    await post('c', told('a'))
    await retract('c', 'a')
    const expectations: [Answer, number][] = [
      [await post('c', told('a')), 409],
      [await post('c', { events: [told('b'), told('a')] }), 409],
      [await put('c', 'a', told('a')), 409],
      [await put('c', 'b', told('b')), 404],
      [await put('none', 'b', told('b')), 404],
      [await retract('c', 'b'), 404],
      [await retract('none', 'a'), 404],
      [await get('c', 'b'), 404],
      [await get('c', 'b', '/history'), 404],
      [await get('c', 'b', '/causes'), 404],
      [await get('c', 'a', '/causes'), 404],
      [await chroniclesOf(api, 'no world').put('c', 'a', told('a')), 404],
      [await chroniclesOf(api, 'no world').get('c', 'a'), 404],
    ]
    for (const [{ status, body }, expected] of expectations) {
      expect(status, body.detail).toBe(expected)
      expect(body.detail).toMatch(/'(a|b|c|none|no world)'/)
    }
    expect((await get('c', 'a', '?asOf=1')).status).toBe(404)
    expect((await chroniclesOf(api, 'gone').chronicle('c', 'asOf=1')).status).toBe(404)
    expect((await chroniclesOf(api, 'gone').list('c', 'asOf=1')).status).toBe(404)
  })
})

describe('causes', () => {
  const chain = (id: string, causedBy: string[], causes: string[] = []) =>
    told(id, { causality: { causedBy, causes } })

  it('are edges that either end names, told or not', async () => {
    const { post, get } = chroniclesOf(api, 'causal')
    // spark → fire → smoke → alarm, of which the fire names nothing; the alarm is caused by what is not told
    await post('c', chain('smoke', ['fire'], ['alarm']))
    await post('c', { events: [chain('fire', []), chain('spark', [], ['fire']), chain('alarm', ['finger'])] })
    const up = await get('c', 'alarm', '/causes?direction=up')
    expect(up.body).toEqual({
      events: [
        expect.objectContaining({ id: 'alarm', depth: 0, told: true, summary: 'Summary of alarm' }),
        { id: 'finger', depth: 1, told: false },
        expect.objectContaining({ id: 'smoke', depth: 1 }),
        expect.objectContaining({ id: 'fire', depth: 2 }),
        expect.objectContaining({ id: 'spark', depth: 3 }),
      ],
      edges: [
        { cause: 'finger', effect: 'alarm' },
        { cause: 'fire', effect: 'smoke' },
        { cause: 'smoke', effect: 'alarm' },
        { cause: 'spark', effect: 'fire' },
      ],
      truncated: false,
    })
    const down = await get('c', 'spark', '/causes?direction=down&depth=2')
    expect(down.body.events.map(({ id }: { id: string }) => id)).toEqual(['spark', 'fire', 'smoke'])
    expect(down.body.truncated).toBe(true)
    expect((await get('c', 'spark', '/causes?direction=down&limit=2')).body).toMatchObject({
      ...{ events: [{ id: 'spark' }, { id: 'fire' }], truncated: true },
    })
  })

  it('may go in a circle', async () => {
    const { post, get, retract } = chroniclesOf(api, 'circle')
    await post('c', { events: [chain('a', ['b']), chain('b', ['c']), chain('c', ['a'])] })
    const { body } = await get('c', 'a', '/causes?depth=32')
    expect(body.events.map(({ id }: { id: string }) => id)).toEqual(['a', 'b', 'c'])
    expect(body.edges).toHaveLength(3)
    await retract('c', 'c')
    expect((await get('c', 'a', '/causes?depth=32')).body).toMatchObject({
      ...{ events: [{ id: 'a' }, { id: 'b' }, { id: 'c', told: false }], truncated: false },
    })
  })
})
