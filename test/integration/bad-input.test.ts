import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
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

const entity = (fields: object) => ({
  space_name: 'bad',
  entity: { id: 'e', position: [0, 0, 0], ...fields },
})
const connection = (fields: object) => ({
  space_name: 'bad',
  connection: { source_id: 'a', target_id: 'b', connection_type: 'near', ...fields },
})
const long = 'x'.repeat(257)
const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`)

const refused: [what: string, path: string, body: unknown, field: string][] = [
  ['malformed JSON', 'entity', '{"space_name": "bad", ', 'body'],
  ['NaN', 'entity', '{"space_name":"bad","entity":{"id":"e","position":[NaN,0,0]}}', 'body'],
  [
    'infinity by overflow',
    'entity',
    '{"space_name":"bad","entity":{"id":"e","position":[1e999,0,0]}}',
    'entity.position[0]',
  ],
  [
    'infinity in a parameter',
    'entity',
    '{"space_name":"bad","entity":{"id":"e","position":[0,0,0],"parameters":{"p":[1e999]}}}',
    'entity.parameters.p[0]',
  ],
  ['no body', 'entity', '', 'body'],
  ['a body that is no object', 'entity', '[]', 'body'],
  ['a missing space', 'entity', { entity: { id: 'e', position: [0, 0, 0] } }, 'space_name'],
  ['a missing id', 'entity', { space_name: 'bad', entity: { position: [0, 0, 0] } }, 'entity.id'],
  ['a missing position', 'entity', { space_name: 'bad', entity: { id: 'e' } }, 'entity.position'],
  ['a short position', 'entity', entity({ position: [0, 0] }), 'entity.position'],
  ['a long rotation', 'entity', entity({ rotation: [0, 0, 0, 1, 0] }), 'entity.rotation'],
  ['a text in a scale', 'entity', entity({ scale: [1, '1', 1] }), 'entity.scale[1]'],
  ['a coordinate of 2^40', 'entity', entity({ position: [0, -(2 ** 40), 0] }), 'entity.position[1]'],
  ['an id over 256 characters', 'entity', entity({ id: long }), 'entity.id'],
  ['an empty id', 'entity', entity({ id: '' }), 'entity.id'],
  ['an id with a control character', 'entity', entity({ id: 'a\nb' }), 'entity.id'],
  ['a space name with a control character', 'entity', { space_name: 'a\u0007', entity: {} }, 'space_name'],
  ['U+0000 in a name', 'entity', entity({ name: 'a\u0000' }), 'entity.name'],
  [
    'a lone surrogate in an unknown field',
    'entity',
    '{"space_name":"bad","entity":{"id":"e","position":[0,0,0],"note":"\\ud800"}}',
    'entity.note',
  ],
  ['U+0000 in a key', 'entity', entity({ parameters: { 'a\u0000': 1 } }), 'entity.parameters'],
  [
    'nesting without end',
    'entity',
    entity({ parameters: { deep } }),
    `entity.parameters.deep${'[0]'.repeat(63)}`,
  ],
  ['parameters that are a list', 'entity', entity({ parameters: [] }), 'entity.parameters'],
  ['a tag that is a number', 'entity', entity({ tags: [1] }), 'entity.tags[0]'],
  ['a target over 256 characters', 'connection', connection({ target_id: long }), 'connection.target_id'],
  ['a strength that is a text', 'connection', connection({ strength: '1' }), 'connection.strength'],
  [
    'a connection without type',
    'connection',
    connection({ connection_type: undefined }),
    'connection.connection_type',
  ],
  [
    'a parameter without value',
    'parameter',
    { space_name: 'bad', entity_id: 'e', parameter_name: 'p' },
    'value',
  ],
  ['an unknown field beside the entity', 'entity', { ...entity({}), surplus: 1 }, 'surplus'],
  [
    'one bad item in a batch',
    'batch',
    { space_name: 'bad', entities: [entity({}).entity, entity({ id: 'f', position: [0, 0] }).entity] },
    'entities[1].position',
  ],
  [
    'more than 10,000 items',
    'batch',
    {
      space_name: 'bad',
      entities: Array.from({ length: 10_001 }, (_, n) => ({ id: `e${n}`, position: [0, 0, 0] })),
    },
    'entities',
  ],
  [
    'more than 10,000 items in two lists',
    'batch',
    {
      space_name: 'bad',
      entities: Array.from({ length: 9_999 }, (_, n) => ({ id: `e${n}`, position: [0, 0, 0] })),
      connections: Array.from({ length: 2 }, (_, n) => connection({ target_id: `${n}` }).connection),
    },
    'entities',
  ],
]

const refusedCommands: [what: string, body: unknown, field: string][] = [
  ['no command', { params: {} }, 'cmd'],
  ['a command that is not one', { cmd: 'explode', params: {} }, 'cmd'],
  ['a value below 0', { cmd: 'setActivity', params: { value: -1 } }, 'params.value'],
  ['a missing value', { cmd: 'setJitter', params: {} }, 'params.value'],
  ['half a tick', { cmd: 'setActivity', params: { value: 1, rampTicks: 0.5 } }, 'params.rampTicks'],
  ['a short position', { cmd: 'move', params: { position: [1, 2] } }, 'params.position'],
  ['no position', { cmd: 'spawn', params: {} }, 'params.position'],
  [
    'parameters over 32 KB',
    { cmd: 'spawn', params: { position: [0, 0, 0], parameters: { text: 'x'.repeat(33_000) } } },
    'params.parameters',
  ],
  ['a text for a flag', { cmd: 'freeze', params: { frozen: 'yes' } }, 'params.frozen'],
  ['a surplus parameter', { cmd: 'despawn', params: { force: true } }, 'params.force'],
  ['a surplus field', { cmd: 'despawn', params: {}, surplus: 1 }, 'surplus'],
]

describe('a bad command to an entity is refused, and the problem names the field', () => {
  it.each(refusedCommands)('%s', async (_, body, field) => {
    const answer = await api.call('POST', '/entity/e/command?world=bad', body)
    expect(answer).toMatchObject({ status: 400, body: { title: 'Invalid request' } })
    expect(answer.body.errors[0]).toMatchObject({ field, message: expect.any(String) })
  })

  it('a header that names no world', async () => {
    const body = { cmd: 'spawn', params: { position: [0, 0, 0] } }
    const answer = await api.call('POST', '/entity/e/command', body, { 'x-world': 'x'.repeat(257) })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'headers.X-World' }] } })
  })
})

describe('bad input is refused whole, and the problem names the field', () => {
  it.each(refused)('%s', async (_, path, body, field) => {
    const answer = await api.call('POST', `/eustress/ingest/${path}`, body)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toMatchObject({
      status: 400,
      title: 'Invalid request',
      requestId: expect.any(String),
    })
    expect(answer.body.errors[0]).toMatchObject({ field, message: expect.any(String) })
    expect((await api.call('GET', '/worlds/bad')).status).toBe(404)
  })

  it('a body over 4 MB', async () => {
    const answer = await api.call(
      'POST',
      '/eustress/ingest/entity',
      entity({ note: 'x'.repeat(4 * 1024 * 1024) }),
    )
    expect(answer).toMatchObject({ status: 413, body: { errors: [{ field: 'body' }] } })
  })

  it.each([
    ['/worlds/w/entities?flux=10', 'query.flux'],
    ['/worlds/w/entities?box=1,2,3', 'query.box'],
    ['/worlds/w/entities?limit=0', 'query.limit'],
    ['/worlds/w/entities?asOf=-1', 'query.asOf'],
    ['/worlds/w/entities?asOf=99', 'query.asOf'],
    ['/worlds/w/entities?cursor=nonsense', 'query.cursor'],
    ['/worlds/w/entities?surplus=1', 'query.surplus'],
    ['/worlds/w/entities?limit=1&limit=2', 'query.limit'],
    ['/worlds/w/near?x=0&y=0&z=0', 'query.r'],
    ['/worlds/w/near?x=a&y=0&z=0&r=1', 'query.x'],
    ['/worlds/w/near?x=0&y=0&z=0&r=-1', 'query.r'],
    ['/near?x=0&y=0&z=0', 'query.r'],
    ['/near?x=0&y=0&z=0&k=1&world=', 'query.world'],
    ['/worlds/w/near?x=0&y=0&z=0&k=1&world=w', 'query.world'],
    ['/worlds/w/box?min=0,0,0', 'query.max'],
    ['/worlds/w/box?min=0,0&max=1,1,1', 'query.min'],
    ['/worlds/w/box?min=0,0,0&max=1,1,Infinity', 'query.max'],
    ['/worlds/w/box?min=0,2,0&max=1,1,1', 'query.min'],
    ['/worlds/w/box?min=0,0,0&max=1,1,1&limit=1001', 'query.limit'],
    ['/worlds/w/ray?x=0&y=0&z=0&dx=0&dy=0&dz=-0&r=1', 'query.dx'],
    ['/worlds/w/ray?x=0&y=2e12&z=0&dx=1&dy=0&dz=0&r=1', 'query.y'],
    ['/worlds/w/ray?x=0&y=0&z=0&dx=1&dy=0&dz=0', 'query.r'],
    ['/worlds/w/ray?x=0&y=0&z=0&dx=1&dy=0&dz=0&r=-1', 'query.r'],
    ['/worlds/w/ray?x=0&y=0&z=0&dx=1&dy=0&dz=0&r=1&max=', 'query.max'],
    ['/worlds/w/regions', 'query.cell'],
    ['/worlds/w/regions?cell=41', 'query.cell'],
    ['/worlds/w/regions?cell=0.5', 'query.cell'],
    ['/worlds/w/regions?cell=planetary', 'query.cell'],
    ['/worlds/w/regions?cell=3&parent=2:0:0:0', 'query.parent'],
    ['/worlds/w/regions?cell=3&parent=6:1e3:0:0', 'query.parent'],
    ['/worlds/w/regions?cell=3&cursor=nonsense', 'query.cursor'],
    // a cursor of regions of another size
    [`/worlds/w/regions?cell=3&cursor=${Buffer.from('"2:0:0:0"').toString('base64url')}`, 'query.cursor'],
    ['/worlds/w/regions/6:1:2/bodies', 'path.region'],
    ['/worlds/w/regions/40:1:0:0/bodies', 'path.region'],
    ['/worlds/w/regions/*/bodies?limit=0', 'query.limit'],
    ['/worlds/w/regions/*/bodies?cursor=WzFd', 'query.cursor'],
    ['/gamma/current?world=w&layer=lunar', 'query.layer'],
    ['/gamma/current?world=w&region=6:1:2', 'query.region'],
    ['/gamma/current?world=w&region=41:0:0:0', 'query.region'],
    ['/gamma/current?world=w&region=-1:0:0:0', 'query.region'],
    ['/gamma/current?world=w&layer=planetary&region=5:0:0:0', 'query.region'],
    ['/gamma/current?world=w&layer=universal&region=40:0:0:0', 'query.region'],
    ['/gamma/current?world=w&cell=7&region=6:0:0:0', 'query.region'],
    ['/gamma/current?world=w&cell=41', 'query.cell'],
    ['/gamma/current?world=w&cell=1.5', 'query.cell'],
    ['/gamma/current?world=w&cell=', 'query.cell'],
    ['/gamma/current?world=w&layer=planetary&cell=5', 'query.cell'],
    ['/gamma/current?world=w&layer=universal&cell=40', 'query.cell'],
    ['/gamma/current?world=w&limit=10001', 'query.limit'],
    ['/gamma/current?world=w&cursor=nonsense', 'query.cursor'],
    // a cursor of cells of another size, and one of another region
    [
      `/gamma/current?world=w&cell=3&cursor=${Buffer.from('"2:0:0:0"').toString('base64url')}`,
      'query.cursor',
    ],
    [
      `/gamma/current?world=w&region=12:0:0:0&cursor=${Buffer.from('"0:-1:0:0"').toString('base64url')}`,
      'query.cursor',
    ],
    ['/gamma/current?world=bare', 'query.layer'],
    ['/gamma/current?world=bare&layer=solar', 'query.layer'],
    ['/gamma/commit/7?world=w', 'path.commitId'],
    ['/gamma/commit/00000000-0000-7000-8000-000000000000?world=w&layer=atomic', 'query.layer'],
    ['/commit/force?world=w', 'path.commitId'],
    ['/commit/00000000-0000-7000-8000-000000000000?world=w&limit=1001', 'query.limit'],
    ['/commit/00000000-0000-7000-8000-000000000000?world=w&cursor=WzFd', 'query.cursor'],
    ['/commits?world=w&shard=12:0:0', 'query.shard'],
    ['/commits?world=w&fromEpoch=-1', 'query.fromEpoch'],
    ['/commits?world=w&fromEpoch=9&toEpoch=8', 'query.fromEpoch'],
    ['/commits?world=w&cursor=WzFd', 'query.cursor'],
    ['/commits?world=', 'query.world'],
    ['/commits?world=bare', 'query.layer'],
    ['/ledger/status?world=w&layer=atomic', 'query.layer'],
    ['/entity/e/state?world=', 'query.world'],
    ['/entity/e/state?world=w&tick=1', 'query.tick'],
    [`/entity/${long}/state?world=w`, 'path.id'],
    ['/admin/ledger/jobs?world=w&status=lost', 'query.status'],
    ['/admin/ledger/jobs?world=w&cursor=WzFd', 'query.cursor'],
    ['/admin/ledger/jobs/7?world=w', 'path.id'],
    ['/worlds/w?surplus=1', 'query.surplus'],
    ['/eustress/ingest/snapshots/w?from=yesterday', 'query.from'],
    ['/eustress/ingest/snapshots/w/7', 'path.id'],
  ])('GET %s', async (path, field) => {
    await api.call('POST', '/worlds', { name: 'w' })
    await api.call('POST', '/worlds', { name: 'bare', settings: { ledger: { layers: [] } } })
    const answer = await api.call('GET', path)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
  })

  it.each<[path: string, body: unknown, field: string]>([
    ['/commit/force?world=w', { at: 7 }, 'at'],
    ['/commit/force?world=w', [], 'body'],
    ['/admin/ledger/pause?world=w', undefined, 'query.layer'],
    ['/admin/ledger/pause?world=w&layer=lunar', undefined, 'query.layer'],
    ['/admin/ledger/resume?world=w&layer=atomic&all=1', undefined, 'query.all'],
    ['/admin/ledger/archive?world=w&layer=atomic', undefined, 'query.beforeEpoch'],
    ['/admin/ledger/archive?world=w&beforeEpoch=7', undefined, 'query.layer'],
    ['/admin/ledger/archive?world=w&layer=atomic&beforeEpoch=1e3', undefined, 'query.beforeEpoch'],
    ['/admin/ledger/restore?world=w', {}, 'pointer'],
    ['/admin/ledger/restore?world=w', { pointer: 'archive/1' }, 'pointer'],
    ['/admin/ledger/replay?world=w', { layer: 'atomic', from: '1', to: '2' }, 'from'],
    ['/admin/ledger/replay?world=w', { from: '1', to: '2' }, 'layer'],
  ])('POST %s %j', async (path, body, field) => {
    await api.call('POST', '/worlds', { name: 'w' })
    const answer = await api.call('POST', path, body)
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field])
  })

  const tick = { entityId: 'e', tickId: 1, x: 0, y: 0, activity: 1 }
  const withTick = (fields: object) => ({ ticks: [tick, { ...tick, ...fields }] })

  it.each<[what: string, body: unknown, field: string]>([
    ['no ticks', {}, 'ticks'],
    ['an empty batch that says nothing', { ticks: [] }, 'ticks'],
    ['a batch that is no object', [tick], 'body'],
    ['10,001 ticks', { ticks: Array.from({ length: 10_001 }, () => tick) }, 'ticks'],
    ['a watermark that is no tick', { ticks: [tick], watermark: 1.5 }, 'watermark'],
    ['a watermark beyond all ticks', { ticks: [tick], watermark: 1e15 }, 'watermark'],
    ['an unknown field', { ticks: [tick], world: 'w' }, 'world'],
    ['an unknown field of a tick', withTick({ mass: 1 }), 'ticks[1].mass'],
    ['an empty id', withTick({ entityId: '' }), 'ticks[1].entityId'],
    ['an id over 256 characters', withTick({ entityId: long }), 'ticks[1].entityId'],
    ['tick 0', withTick({ tickId: 0 }), 'ticks[1].tickId'],
    ['half a tick', withTick({ tickId: 0.5 }), 'ticks[1].tickId'],
    ['a tick that is text', withTick({ tickId: '7' }), 'ticks[1].tickId'],
    ['no x', withTick({ x: undefined }), 'ticks[1].x'],
    ['a coordinate of 2^40', withTick({ y: -(2 ** 40) }), 'ticks[1].y'],
    [
      'an infinite coordinate',
      `{"ticks":[${JSON.stringify({ ...tick, z: 7 }).replace(':7', ':1e999')}]}`,
      'ticks[0].z',
    ],
    ['z of null', withTick({ z: null }), 'ticks[1].z'],
    ['a negative activity', withTick({ activity: -1 }), 'ticks[1].activity'],
    ['an activity over 1e9', withTick({ activity: 1.1e9 }), 'ticks[1].activity'],
    ['a negative jitter', withTick({ jitter: -1 }), 'ticks[1].jitter'],
    ['meta that is no object', withTick({ meta: [1] }), 'ticks[1].meta'],
    ['meta over 32 KB', withTick({ meta: { note: 'x'.repeat(33_000) } }), 'ticks[1].meta'],
    ['U+0000 in meta', withTick({ meta: { note: 'a\u0000' } }), 'ticks[1].meta.note'],
    ['meta that is deep', withTick({ meta: { deep } }), 'ticks[1].meta.deep'],
    ['a time without a zone', withTick({ timestamp: '2026-11-26T10:00:00' }), 'ticks[1].timestamp'],
  ])('POST /ticks: %s', async (_, body, field) => {
    await api.call('POST', '/worlds', { name: 'ticked', settings: { ledger: { producer: 'external' } } })
    const answer = await api.call('POST', '/ticks?world=ticked', body)
    expect([answer.status, answer.body.errors[0].field.slice(0, field.length)]).toEqual([400, field])
    expect((await api.call('GET', '/ledger/status?world=ticked')).body.stream).toBeNull()
    expect((await api.call('GET', '/entity/e/state?world=ticked')).status).toBe(404)
  })

  it.each<[settings: object, field: string]>([
    [{ layers: [{ name: 'lunar', cell: 0 }] }, 'layers.0.name'],
    [{ layers: [{ name: 'atomic', cell: 41 }] }, 'layers.0.cell'],
    [{ layers: [{ name: 'atomic', cell: 'big' }] }, 'layers.0.cell'],
    [
      {
        layers: [
          { name: 'solar', cell: 0 },
          { name: 'atomic', cell: 6 },
        ],
      },
      'layers',
    ],
    [
      {
        layers: [
          { name: 'atomic', cell: 6 },
          { name: 'solar', cell: 6 },
        ],
      },
      'layers',
    ],
    [{ layers: [{ name: 'atomic', cell: 0, commit: { windowTicks: 0 } }] }, 'layers.0.commit.windowTicks'],
    [{ layers: [{ name: 'atomic', cell: 0, archive: { afterDays: 3 } }] }, 'layers.0.archive.afterDays'],
    [{ weight: { function: 'power', beta: 0.3 } }, 'weight.beta'],
    [{ weight: { function: 'cubic' } }, 'weight.function'],
    [{ producer: 'anybody' }, 'producer'],
    [{ shardCell: -1 }, 'shardCell'],
    [{ backlogInputs: 0 }, 'backlogInputs'],
    [{ surplus: 1 }, 'surplus'],
  ])('settings of the ledger %j', async (ledger, field) => {
    await api.call('POST', '/worlds', { name: 'w' })
    const answer = await api.call('PATCH', '/worlds/w/settings', { ledger })
    const expected = { field: `settings.ledger.${field}`, message: expect.any(String) }
    expect(answer).toMatchObject({ status: 400, body: { errors: [expected] } })
  })

  it('settings of the wrong kind, and unknown ones', async () => {
    await api.call('POST', '/worlds', { name: 'w' })
    for (const settings of [
      { physics: { gravity: 'strong' } },
      { physics: { unknown: 1 } },
      { surplus: {} },
      { physics: 3 },
      { physics: null },
    ]) {
      const answer = await api.call('PATCH', '/worlds/w/settings', settings)
      expect(answer.status).toBe(400)
      expect(answer.body.detail).toMatch(/^settings\./)
      const [error] = answer.body.errors
      expect(answer.body.detail).toBe(`${error.field}: ${error.message}`)
    }
    expect((await api.call('GET', '/worlds/w')).body.seq).toBe(1)
  })

  it('a body that is not said to be JSON, and one that is not UTF-8', async () => {
    const text = { 'content-type': 'text/plain' }
    expect((await api.call('POST', '/eustress/ingest/entity', entity({}), text)).status).toBe(415)
    const body = Buffer.from('{"space_name":"bad","entity":{"id":"u\xff","position":[0,0,0]}}', 'latin1')
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${api.url}/eustress/ingest/entity`, { method: 'POST', headers, body })
    expect([answer.status, ((await answer.json()) as { errors: unknown }).errors]).toEqual([
      400,
      [{ field: 'body', message: 'must be UTF-8' }],
    ])
  })

  it('a request id that cannot be kept', async () => {
    const answer = await api.call('POST', '/eustress/ingest/entity', entity({}), {
      'x-request-id': 'x'.repeat(257),
    })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'headers.X-Request-Id' }] } })
  })

  it('a page of another site', async () => {
    const answer = await api.call('POST', '/eustress/ingest/entity', entity({}), {
      origin: 'https://evil.example',
    })
    expect(answer.status).toBe(403)
    expect((await api.call('GET', '/worlds/bad')).status).toBe(404)
  })

  it('a limit out of range, with the range', async () => {
    await api.call('POST', '/worlds', { name: 'w' })
    const { body } = await api.call('GET', '/worlds/w/entities?limit=1001')
    expect(body.errors).toEqual([{ field: 'query.limit', message: 'must be a whole number of 1 to 1000' }])
  })

  it('an unknown path and a wrong method', async () => {
    expect((await api.call('GET', '/nowhere')).status).toBe(404)
    expect((await api.call('DELETE', '/worlds')).status).toBe(405)
  })
})
