import { cutWhereChanged, lockTickStream } from '#ledger/postgres/append-segment'
import { openLayers } from '#ledger/postgres/windows'
import { ledgerSettings } from '#ledger/settings'
import { inTransaction } from '#platform/postgres/pool'
import type { Answer, TestApi } from '../support/api.ts'
import type { TestDatabase } from '../support/database.ts'
import { chainOf, entryOf, storeAll } from '../support/ledger.ts'

/** In names, labels and values of the owner, and in no request of the stranger. */
export const secret = 'of-the-owner-alone'

type Headers = Record<string, string>

/** A request that names what is the owner's. */
export interface Case {
  method: string
  path: string
  body?: unknown
  headers?: Headers
  /**
   * What the stranger is answered. `missing`: 404. `own`: 200, about what is the stranger's, as the names that a
   * tenant gives mean its own things. A list: 200, with nothing in it but these names of the stranger's own.
   */
  stranger: 'missing' | 'own' | string[]
  /** What the owner is answered: it proves that the request names something. */
  owner: number
  /** The names in a list. */
  names?: (body: Answer['body']) => string[]
}

/** Ids of the owner that the API made. */
export interface OwnerIds {
  worldId: string
  snapshotId: string
  requestId: string
  waitingRequestId: string
  commitId: string
  jobId: string
  erasureId: string
  /** From Link headers of the owner's pages. */
  cursors: Record<
    | 'worlds'
    | 'entities'
    | 'relationships'
    | 'snapshots'
    | 'audit'
    | 'gamma'
    | 'entries'
    | 'commits'
    | 'jobs'
    | 'chronicles'
    | 'told'
    | 'versions'
    | 'epochs'
    | 'datasets',
    string
  >
  epochId: string
  datasetId: string
}

const ingest = '/eustress/ingest'
const entity = (id: string, name: string) => ({ id, name, position: [1, 2, 3], parameters: { note: name } })
const connection = (label: string) => ({
  ...{ source_id: 'a', target_id: 'b', connection_type: 'hierarchy', label },
})

/** The owner's world palace, with a cursor for each list, and the stranger's worlds hut and shed. */
export const seed = async (
  database: TestDatabase,
  owner: TestApi['call'],
  stranger: TestApi['call'],
): Promise<OwnerIds> => {
  const entities = ['a', 'b', 'doomed', 'moved'].map((id) => entity(id, `${id} ${secret}`))
  const relation = { source_id: 'a', target_id: 'doomed', connection_type: 'near' }
  const requestId = 'request-of-the-owner'
  const connections = [connection(secret), relation]
  await owner(
    'POST',
    `${ingest}/batch`,
    { space_name: 'palace', entities, connections },
    { 'x-request-id': requestId },
  )
  await owner('POST', '/worlds', { name: 'annex', settings: {} })
  await owner('PATCH', '/worlds/palace/settings', {
    ...{ physics: { gravity: 2 }, ledger: { producer: 'external' } },
  })
  await owner('POST', `${ingest}/snapshot/palace`)
  const snapshotId = (await owner('POST', `${ingest}/snapshot/palace`)).body.snapshot_id
  for (const space_name of ['hut', 'shed'])
    await stranger('POST', `${ingest}/batch`, {
      ...{ space_name, entities: [entity('mine', 'Mine'), entity('zebra', 'Zebra')] },
      connections: [{ source_id: 'mine', target_id: 'zebra', connection_type: 'near' }],
    })
  const cursorOf = async (path: string) => {
    const link = (await owner('GET', `${path}${path.includes('?') ? '&' : '?'}limit=1`)).headers.get('link')!
    return new URL(/<(.*)>/.exec(link)![1]!, 'http://orrery').searchParams.get('cursor')!
  }
  await owner('POST', '/api/chronicles?world=palace', { id: 'saga', title: secret, description: secret })
  await owner('POST', '/api/chronicles?world=palace', { id: 'annals' })
  const ids = ['a', 'b', 'doomed']
  await owner('POST', '/api/chronicles/saga/events?world=palace', {
    events: ids.map((id) => toldOf(id, secret)),
  })
  await owner('PUT', '/api/chronicles/saga/events/b?world=palace', toldOf('b', `again ${secret}`))
  await stranger('POST', '/api/chronicles/saga/events?world=hut', toldOf('mine', 'Mine'))
  await owner('PUT', '/worlds/palace/saved-queries/secrets', {
    query: `name ~ "${secret}"`,
    description: secret,
  })
  await owner('POST', '/eustress/epochs/palace', rangeOf(2020))
  const epochId = (await owner('POST', '/eustress/epochs/palace', rangeOf(2020))).body.id
  await owner('POST', '/eustress/epochs/palace', { ...rangeOf(2030), cell_size: 7 })
  const datasets = `/eustress/epochs/palace/${epochId}/datasets`
  const datasetId = (await owner('POST', datasets, { seed: 1 })).body.id
  await owner('POST', datasets, { seed: 2 })
  const worldId = (await owner('GET', '/worlds/palace')).body.worldId
  const commitId = await seedLedger(database, worldId)
  const archive = '/admin/ledger/archive?world=palace&layer=atomic&beforeEpoch=1'
  await owner('POST', archive)
  const { jobId } = (await owner('POST', archive)).body
  const erasure = { world: 'palace', entityId: 'nobody', reason: 'asked for' }
  const { erasureId } = (await owner('POST', '/admin/erasures', erasure)).body
  return {
    ...{
      worldId,
      commitId,
      jobId,
      erasureId,
      epochId,
      datasetId,
      snapshotId,
      requestId,
      waitingRequestId: 'waiting-request-of-the-owner',
    },
    cursors: {
      worlds: await cursorOf('/worlds'),
      entities: await cursorOf('/worlds/palace/entities'),
      relationships: await cursorOf('/worlds/palace/relationships'),
      snapshots: await cursorOf(`${ingest}/snapshots/palace?view=summary`),
      audit: await cursorOf('/audit'),
      gamma: await cursorOf('/gamma/current?world=palace'),
      entries: await cursorOf(`/commit/${commitId}?world=palace`),
      commits: await cursorOf('/commits?world=palace'),
      jobs: await cursorOf('/admin/ledger/jobs?world=palace'),
      chronicles: await cursorOf('/api/chronicles?world=palace'),
      told: await cursorOf('/api/chronicles/saga/events?world=palace'),
      epochs: await cursorOf('/eustress/epochs/palace'),
      datasets: await cursorOf('/eustress/datasets/palace'),
      versions: await cursorOf('/api/chronicles/saga/events/b/history?world=palace'),
    },
  }
}

/** Of all snapshots that there are, in the first year; in another of none. */
const rangeOf = (year: number) => ({
  start_time: `${year}-01-01T00:00:00Z`,
  end_time: `${year === 2020 ? 2029 : year}-01-01T00:00:00Z`,
})

const toldOf = (id: string, summary: string) => ({
  ...{
    id,
    timestamp: '2018-01-01T00:00:00Z',
    eventType: 'meeting',
    summary,
    action: 'met',
    keywords: ['gossip'],
  },
  actors: [{ name: 'Ann', entityType: 'Character', role: 'agent' }],
  causality: { causes: ['b'] },
})

/** The ledger of the owner's world, as producers of ticks and engines make it; answers the last commit's id. */
const seedLedger = async (database: TestDatabase, worldId: string): Promise<string> => {
  const world = { worldId, tenantId: 'owner' }
  const settings = ledgerSettings.parse({})
  await inTransaction(database.pool('orrery_physics'), async (client) => {
    await cutWhereChanged(client, world, await lockTickStream(client, world, 'atomic'), settings, {})
  })
  const background = database.pool('orrery_background')
  await inTransaction(background, (client) => openLayers(client, world, settings.layers, 'atomic'))
  const entries = ['0:0:0:0', '0:1:0:0'].map((region) => entryOf(region, 1n, { entityRefs: [secret] }))
  await database.pool('orrery_migrate').query(
    `INSERT INTO entity_state (world_id, tenant_id, entity_id, tick, x, y, z, activity, jitter, meta)
     VALUES ($1, 'owner', 'moved', 2, 0, 0, 0, 1, 0, $2)`,
    [worldId, JSON.stringify({ note: secret })],
  )
  const spans = [1, 2].map((epoch) => ({ epochStart: epoch, epochEnd: epoch, windowEnd: epoch, entries }))
  const commits = chainOf({ ...world, layer: 'atomic', shard: '12:0:0:0' }, spans)
  await storeAll(background, commits)
  return commits.at(-1)!.commitId
}

const healthOfA = { op: 'set', entityId: 'a', type: 'Health', data: { current: 2 } }
const splitOf = { entityId: 'a', newEntityId: 'c', events: [{ chronicleId: 'saga', eventId: 'a' }] }
const tick = { entityId: 'moved', tickId: 3, x: 1, y: 2, activity: 1 }

const get = (path: string, more: Omit<Case, 'method' | 'path'>): Case => ({ method: 'GET', path, ...more })
const post = (path: string, body: unknown, more: Omit<Case, 'method' | 'path' | 'body'>): Case => ({
  ...{ method: 'POST', path, body, ...more },
})
const own = { stranger: 'own' as const, owner: 200 }
const callTool = (name: string, args: object): Case =>
  post(
    '/mcp',
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } },
    { ...own, headers: { accept: 'application/json, text/event-stream' } },
  )
const missing = (owner: number) => ({ stranger: 'missing' as const, owner })

/** What the stranger tries, by operation id; every route of the API has its cases. Deletions come last. */
export const casesOf = (ids: OwnerIds): Record<string, Case[]> => {
  const { worldId, snapshotId, commitId, jobId, erasureId, epochId, datasetId, cursors } = ids
  const idsOf = (key: string, id: string) => (body: Answer['body']) =>
    body[key].map((item: Record<string, string>) => item[id])
  const inWorld = (route: string) => [
    get(`/worlds/palace${route}`, missing(200)),
    get(`/worlds/${worldId}${route}`, missing(404)),
  ]
  const named = (route: string) => [
    get(`${route}world=palace`, missing(200)),
    get(route.slice(0, -1), { ...missing(200), headers: { 'x-world': 'palace' } }),
    get(`${route}world=${worldId}`, missing(404)),
  ]
  /** Here no physics service runs that could answer the owner. */
  const unheld = (route: string) => [
    get(`/worlds/palace${route}`, missing(503)),
    get(`/worlds/${worldId}${route}`, missing(404)),
  ]
  return {
    openApi: [get('/openapi.json', own)],
    health: [get('/healthz', own)],
    mcp: [
      callTool('list_worlds', {}),
      callTool('entity', { world: 'palace', id: 'a' }),
      callTool('describe_world', { world: worldId }),
      callTool('chronicle_events', { world: 'palace', chronicle: 'saga', q: secret }),
    ],
    ingestStatistics: [get(`${ingest}/stats`, own)],
    listWorlds: [
      get('/worlds', { stranger: ['hut', 'palace', 'shed'], owner: 200, names: idsOf('worlds', 'name') }),
      get(`/worlds?cursor=${cursors.worlds}`, {
        ...{ stranger: ['hut', 'palace', 'shed'], owner: 200, names: idsOf('worlds', 'name') },
      }),
    ],
    getWorld: inWorld(''),
    listEntities: [
      ...inWorld('/entities'),
      ...inWorld(`/entities?cursor=${cursors.entities}`),
      get(`/worlds/hut/entities?cursor=${cursors.entities}`, {
        ...{ stranger: ['mine', 'zebra'], owner: 404, names: idsOf('entities', 'id') },
      }),
    ],
    getEntity: [
      ...inWorld('/entities/a'),
      get('/worlds/palace/entities/a?asOf=2', missing(200)),
      get('/worlds/palace/entities/a?asOf=2&physics=true', missing(503)),
      get('/worlds/hut/entities/a', missing(404)),
    ],
    listRelationships: [
      ...inWorld('/relationships'),
      get(`/worlds/hut/relationships?cursor=${cursors.relationships}`, {
        ...{ stranger: ['mine'], owner: 404, names: idsOf('relationships', 'sourceId') },
      }),
    ],
    getHierarchy: [...inWorld('/hierarchy'), get('/worlds/hut/hierarchy?parent=a', missing(404))],
    queryWorld: [
      post('/worlds/palace/query', { query: '' }, missing(200)),
      post(`/worlds/${worldId}/query`, { query: '' }, missing(404)),
      post(
        '/worlds/hut/query',
        { query: `id in ("a", "mine") or name ~ "${secret}" or has tag "x" or ->* of "a"` },
        { stranger: ['mine'], owner: 404, names: idsOf('entities', 'id') },
      ),
    ],
    initWorld: named('/world/init?'),
    listTickSnapshots: named('/world/snapshots?from=1&to=2&'),
    // all that the owner has written is told again
    streamEvents: named('/events?cast=full&cursor=0.0&'),
    near: inWorld('/near?x=0&y=0&z=0&k=9'),
    nearIn: [
      get('/near?x=0&y=0&z=0&k=9&world=palace', missing(200)),
      get('/near?x=0&y=0&z=0&k=9', { ...missing(200), headers: { 'x-world': 'palace' } }),
      get('/near?x=0&y=0&z=0&k=9', { ...missing(404), headers: { 'x-world': worldId } }),
      get('/near?x=0&y=0&z=0&k=9&world=hut', {
        ...{ stranger: ['mine', 'zebra'], owner: 404, names: idsOf('entities', 'id') },
      }),
    ],
    box: [
      ...inWorld('/box?min=-9,-9,-9&max=9,9,9'),
      get('/worlds/hut/box?min=-9,-9,-9&max=9,9,9', {
        ...{ stranger: ['mine', 'zebra'], owner: 404, names: idsOf('entities', 'id') },
      }),
    ],
    ray: unheld('/ray?x=0&y=0&z=0&dx=1&dy=2&dz=3&r=1'),
    listRegions: unheld('/regions?cell=6'),
    listRegionBodies: unheld('/regions/*/bodies'),
    getPhysics: [
      ...unheld('/physics'),
      get('/worlds/palace/physics?tick=0&entity=a&entity=b', missing(503)),
      get('/worlds/palace/physics?asOf=1&entity=a', missing(503)),
    ],
    currentGamma: [
      get('/gamma/current?world=palace', missing(200)),
      get('/gamma/current', { ...missing(200), headers: { 'x-world': 'palace' } }),
      get('/gamma/current', {
        ...missing(200),
        headers: { 'x-world': 'palace', 'if-none-match': '*' },
        owner: 304,
      }),
      get(`/gamma/current?world=palace&cursor=${cursors.gamma}`, missing(200)),
      get(`/gamma/current?world=${worldId}`, missing(404)),
      get(`/gamma/current?world=hut&cursor=${cursors.gamma}`, {
        ...{ stranger: [], owner: 404, names: idsOf('cells', 'region') },
      }),
    ],
    gammaOfCommit: [
      get(`/gamma/commit/${commitId}?world=palace`, missing(200)),
      get(`/gamma/commit/${commitId}?world=hut`, missing(404)),
    ],
    getCommit: [
      get(`/commit/${commitId}?world=palace`, missing(200)),
      get(`/commit/${commitId}?world=palace&cursor=${cursors.entries}`, missing(200)),
      get(`/commit/${commitId}?world=hut`, missing(404)),
    ],
    listCommits: [
      get('/commits?world=palace', missing(200)),
      get(`/commits?world=hut&cursor=${cursors.commits}`, {
        ...{ stranger: [], owner: 404, names: idsOf('commits', 'commitId') },
      }),
    ],
    getLedgerStatus: [get('/ledger/status?world=palace', missing(200))],
    getErasure: [get(`/admin/erasures/${erasureId}`, missing(200))],
    getLedgerJob: [
      get(`/admin/ledger/jobs/${jobId}?world=palace`, missing(200)),
      get(`/admin/ledger/jobs/${jobId}?world=hut`, missing(404)),
    ],
    listLedgerJobs: [
      get('/admin/ledger/jobs?world=palace', missing(200)),
      get(`/admin/ledger/jobs?world=hut&cursor=${cursors.jobs}`, {
        ...{ stranger: [], owner: 404, names: idsOf('jobs', 'jobId') },
      }),
    ],
    listChronicles: [
      get('/api/chronicles?world=palace', missing(200)),
      get('/api/chronicles', { ...missing(200), headers: { 'x-world': 'palace' } }),
      get(`/api/chronicles?world=${worldId}`, missing(404)),
      get(`/api/chronicles?world=hut&cursor=${cursors.chronicles}`, {
        ...{ stranger: ['saga'], owner: 404, names: idsOf('chronicles', 'id') },
      }),
    ],
    ...questionCases(worldId),
    getChronicle: [
      get('/api/chronicles/saga?world=palace', missing(200)),
      get('/api/chronicles/saga', { ...missing(404), headers: { 'x-world': worldId } }),
      get('/api/chronicles/annals?world=hut', missing(404)),
    ],
    listChronicleEvents: [
      get('/api/chronicles/saga/events?world=palace', missing(200)),
      get('/api/chronicles/saga/events?world=palace&asOf=11', missing(200)),
      get(`/api/chronicles/saga/events?world=${worldId}`, missing(404)),
      ...['limit=9', 'actor=Ann', 'keyword=gossip', 'q=of', `q=${secret}`, `cursor=${cursors.told}`].map(
        (query) =>
          get(`/api/chronicles/saga/events?world=hut&${query}`, {
            ...{ stranger: ['mine'], owner: 404, names: idsOf('events', 'id') },
          }),
      ),
    ],
    getChronicleEvent: [
      get('/api/chronicles/saga/events/a?world=palace', missing(200)),
      get('/api/chronicles/saga/events/a?world=hut', missing(404)),
      get(`/api/chronicles/saga/events/a?world=${worldId}`, missing(404)),
    ],
    getChronicleEventHistory: [
      get('/api/chronicles/saga/events/b/history?world=palace', missing(200)),
      get(`/api/chronicles/saga/events/b/history?world=palace&cursor=${cursors.versions}`, missing(200)),
      get('/api/chronicles/saga/events/b/history?world=hut', missing(404)),
    ],
    getChronicleEventCauses: [
      get('/api/chronicles/saga/events/b/causes?world=palace', missing(200)),
      get('/api/chronicles/saga/events/b/causes?world=hut', missing(404)),
      // what the stranger's event names is no event of theirs
      get('/api/chronicles/saga/events/mine/causes?world=hut&direction=down', {
        ...{ stranger: ['mine', 'b'], owner: 404, names: idsOf('events', 'id') },
      }),
    ],
    getChronicleProjection: [
      get('/api/chronicles/projection?world=palace', missing(200)),
      get(`/api/chronicles/projection?world=${worldId}`, missing(404)),
    ],
    getChronicleRules: [
      get('/api/chronicles/rules?world=palace', missing(200)),
      get(`/api/chronicles/rules?world=${worldId}`, missing(404)),
    ],
    mergeChronicleEntities: [
      post('/api/chronicles/entities/merge?world=palace', { from: 'a', into: 'b' }, missing(200)),
      post(`/api/chronicles/entities/merge?world=${worldId}`, { from: 'a', into: 'b' }, missing(404)),
    ],
    splitChronicleEntity: [
      post('/api/chronicles/entities/split?world=palace', splitOf, missing(200)),
      post(`/api/chronicles/entities/split?world=${worldId}`, splitOf, missing(404)),
    ],
    listComponentTypes: inWorld('/component-types'),
    getComponent: [
      ...inWorld('/entities/a/components/Name'),
      get('/worlds/hut/entities/a/components/Name', missing(404)),
    ],
    setComponent: [
      { ...post('/worlds/palace/entities/a/components/Health', { current: 1 }, missing(200)), method: 'PUT' },
      { ...post('/worlds/hut/entities/a/components/Health', { current: 1 }, missing(404)), method: 'PUT' },
    ],
    mergeComponent: [
      { ...post('/worlds/palace/entities/a/components/Health', { max: 1 }, missing(200)), method: 'PATCH' },
      { ...post('/worlds/hut/entities/a/components/Name', { value: 'x' }, missing(404)), method: 'PATCH' },
    ],
    writeComponents: [
      post('/worlds/palace/components', { operations: [healthOfA] }, missing(200)),
      post('/worlds/hut/components', { operations: [healthOfA] }, missing(404)),
    ],
    removeComponent: [
      { method: 'DELETE', path: '/worlds/palace/entities/a/components/Health', ...missing(200) },
      { method: 'DELETE', path: '/worlds/hut/entities/a/components/Health', ...missing(404) },
    ],
    changeChronicleEvent: [
      {
        ...post('/api/chronicles/saga/events/a?world=palace', toldOf('a', 'Changed'), missing(200)),
        method: 'PUT',
      },
      {
        ...post('/api/chronicles/saga/events/a?world=hut', toldOf('a', 'Changed'), missing(404)),
        method: 'PUT',
      },
    ],
    retractChronicleEvent: [
      { method: 'DELETE', path: '/api/chronicles/saga/events/doomed?world=palace', ...missing(200) },
      { method: 'DELETE', path: '/api/chronicles/saga/events/doomed?world=hut', ...missing(404) },
    ],
    listSnapshots: [
      get(`${ingest}/snapshots/palace`, missing(200)),
      get(`${ingest}/snapshots/palace?cursor=${cursors.snapshots}`, missing(200)),
      get(`${ingest}/snapshots/hut?cursor=${cursors.snapshots}&view=summary`, {
        ...{ stranger: [], owner: 404, names: (body) => body },
      }),
    ],
    getSnapshot: [
      get(`${ingest}/snapshots/palace/${snapshotId}`, missing(200)),
      get(`${ingest}/snapshots/hut/${snapshotId}`, missing(404)),
    ],
    createEpoch: [
      post('/eustress/epochs/palace', rangeOf(2020), missing(200)),
      post(`/eustress/epochs/${worldId}`, rangeOf(2020), missing(404)),
    ],
    listEpochs: [
      get('/eustress/epochs/palace', missing(200)),
      get(`/eustress/epochs/hut?cursor=${cursors.epochs}`, {
        ...{ stranger: [], owner: 404, names: idsOf('epochs', 'id') },
      }),
    ],
    searchEpochs: [
      get('/eustress/epochs', { stranger: [], owner: 200, names: idsOf('epochs', 'id') }),
      get('/eustress/epochs?spaces=palace', missing(200)),
      get(`/eustress/epochs?cursor=${cursors.epochs}`, {
        ...{ stranger: [], owner: 200, names: idsOf('epochs', 'id') },
      }),
    ],
    getEpoch: [
      get(`/eustress/epochs/palace/${epochId}`, missing(200)),
      get(`/eustress/epochs/hut/${epochId}`, missing(404)),
    ],
    // lines of JSON are no JSON: a page of one is
    listSamples: [
      get(`/eustress/epochs/palace/${epochId}/samples?limit=1`, missing(200)),
      get(`/eustress/epochs/hut/${epochId}/samples?limit=1`, missing(404)),
    ],
    createDataset: [
      post(`/eustress/epochs/palace/${epochId}/datasets`, { seed: 3 }, missing(202)),
      post(`/eustress/epochs/hut/${epochId}/datasets`, { seed: 3 }, missing(404)),
    ],
    listDatasets: [
      get('/eustress/datasets/palace', missing(200)),
      get(`/eustress/datasets/hut?cursor=${cursors.datasets}`, {
        ...{ stranger: [], owner: 404, names: idsOf('datasets', 'id') },
      }),
    ],
    getDataset: [
      get(`/eustress/datasets/palace/${datasetId}`, missing(200)),
      get(`/eustress/datasets/hut/${datasetId}`, missing(404)),
    ],
    // nobody writes it here
    getDatasetFile: [
      get(`/eustress/datasets/palace/${datasetId}/files/manifest.json`, missing(404)),
      get(`/eustress/datasets/hut/${datasetId}/files/manifest.json`, missing(404)),
    ],
    stopDataset: [
      post(`/eustress/datasets/palace/${datasetId}/stop`, undefined, missing(200)),
      post(`/eustress/datasets/hut/${datasetId}/stop`, undefined, missing(404)),
    ],
    listFluxEntities: [
      get('/eustress/entities/palace?flux=1,2,3,4,5,6,7,8,9', missing(200)),
      get('/eustress/entities/hut?subtree=a', {
        ...{ stranger: [], owner: 404, names: idsOf('entities', 'id') },
      }),
    ],
    consolidateEpochs: [
      post('/eustress/epochs/palace/consolidate', {}, missing(200)),
      post(`/eustress/epochs/${worldId}/consolidate`, {}, missing(404)),
    ],
    getRequest: [
      get(`/requests/${ids.requestId}?world=palace`, missing(200)),
      get(`/requests/${ids.requestId}`, { ...missing(200), headers: { 'x-world': 'palace' } }),
      get(`/requests/${ids.requestId}`, { ...missing(404), headers: { 'x-world': worldId } }),
      get(`/requests/${ids.waitingRequestId}?world=attic`, missing(200)),
    ],
    rotateSealingKey: [post('/sealing-keys', undefined, own)],
    listAudit: [
      // a tenant's keys are of no world
      get('/audit', { stranger: [''], owner: 200, names: idsOf('entries', 'world') }),
      get('/audit?world=palace', { stranger: [], owner: 200, names: idsOf('entries', 'world') }),
      get(`/audit?cursor=${cursors.audit}`, { stranger: [], owner: 200, names: idsOf('entries', 'world') }),
    ],
    diffWorlds: [
      get('/worlds/palace/diff/annex', missing(200)),
      get('/worlds/annex/diff/palace?limit=1', missing(200)),
      get('/worlds/hut/diff/palace', missing(404)),
      get(`/worlds/${worldId}/diff/annex`, missing(404)),
    ],
    getEntityHistory: [
      ...inWorld('/entities/a/history'),
      get('/worlds/hut/entities/a/history', missing(404)),
    ],
    explainValue: [
      ...inWorld('/entities/a/explain?field=name'),
      get('/worlds/hut/entities/a/explain?field=name', missing(404)),
    ],
    listSavedQueries: [
      ...inWorld('/saved-queries'),
      get('/worlds/hut/saved-queries', { stranger: [], owner: 404, names: idsOf('queries', 'name') }),
    ],
    getSavedQuery: [
      ...inWorld('/saved-queries/secrets'),
      get('/worlds/hut/saved-queries/secrets', missing(404)),
    ],
    putSavedQuery: [
      { ...post('/worlds/palace/saved-queries/mine', { query: '' }, missing(200)), method: 'PUT' },
      { ...post(`/worlds/${worldId}/saved-queries/mine`, { query: '' }, missing(404)), method: 'PUT' },
    ],
    getWorldHealth: inWorld('/health'),
    getCosts: [
      get('/costs', { stranger: ['hut', 'palace', 'shed'], owner: 200, names: idsOf('worlds', 'world') }),
      get(`/costs?cursor=${cursors.worlds}`, {
        ...{ stranger: ['hut', 'palace', 'shed'], owner: 200, names: idsOf('worlds', 'world') },
      }),
      get('/costs?world=palace', missing(200)),
    ],
    listDeadLetters: [
      ...inWorld('/dead-letters'),
      get('/worlds/hut/dead-letters', { stranger: [], owner: 404, names: idsOf('letters', 'destination') }),
    ],
    // no relay runs here
    replayDeadLetters: [post('/worlds/palace/dead-letters/replay', {}, missing(503))],
    discardDeadLetters: [
      post('/worlds/palace/dead-letters/discard', { reason: secret }, missing(200)),
      post(`/worlds/${worldId}/dead-letters/discard`, { reason: 'mine' }, missing(404)),
    ],
    promoteFork: [
      post('/worlds/annex/promote', { into: 'palace' }, missing(400)),
      post('/worlds/hut/promote', { into: 'palace' }, missing(404)),
    ],
    verifyLedger: [post('/admin/ledger/verify?world=palace', undefined, missing(202))],
    listMoments: [
      get('/worlds/palace/moments', missing(200)),
      get(`/worlds/${worldId}/moments?points=2`, missing(404)),
    ],
    forkWorld: [
      post('/admin/fork', { world: 'palace', name: 'copy' }, missing(200)),
      post('/admin/fork', { world: worldId, name: 'copy' }, missing(404)),
      // a commit of the owner's in the stranger's own world
      post('/admin/fork', { world: 'hut', name: 'copy of the hut', commitId }, missing(404)),
    ],
    ingestParameter: [
      post(
        `${ingest}/parameter`,
        { space_name: 'palace', entity_id: 'a', parameter_name: 'note', value: 1 },
        missing(200),
      ),
    ],
    takeSnapshot: [post(`${ingest}/snapshot/palace`, undefined, missing(200))],
    moveEntity: [
      post('/worlds/palace/entities/moved/move', { position: [9, 9, 9] }, missing(200)),
      post(`/worlds/${worldId}/entities/moved/move`, { position: [9, 9, 9] }, missing(404)),
    ],
    commandEntity: [
      post('/entity/moved/command?world=palace', { cmd: 'setJitter', params: { value: 1 } }, missing(200)),
      {
        ...post('/entity/moved/command', { cmd: 'freeze' }, missing(200)),
        headers: { 'x-world': 'palace' },
      },
      post(`/entity/moved/command?world=${worldId}`, { cmd: 'freeze' }, missing(404)),
    ],
    getEntityState: [
      get('/entity/moved/state?world=palace', missing(200)),
      get('/entity/moved/state', { ...missing(200), headers: { 'x-world': 'palace' } }),
      get(`/entity/moved/state?world=${worldId}`, missing(404)),
    ],
    // here is no store that would take them
    postTicks: [
      post('/ticks?world=palace', { ticks: [tick] }, missing(503)),
      { ...post('/ticks', { ticks: [tick] }, missing(503)), headers: { 'x-world': 'palace' } },
      post(`/ticks?world=${worldId}`, { ticks: [tick] }, missing(404)),
    ],
    changeSettings: [
      { ...post('/worlds/palace/settings', { physics: { gravity: 9 } }, missing(200)), method: 'PATCH' },
      { ...post(`/worlds/${worldId}/settings`, { physics: {} }, missing(404)), method: 'PATCH' },
    ],
    pausePhysics: [post('/worlds/palace/physics/pause', undefined, missing(200))],
    resumePhysics: [post('/worlds/palace/physics/resume', undefined, missing(200))],
    stepPhysics: [post('/worlds/palace/physics/step?ticks=1', undefined, missing(503))],
    forceCommit: [
      post('/commit/force?world=palace', {}, missing(200)),
      post(`/commit/force?world=${worldId}`, {}, missing(404)),
    ],
    pauseLedger: [post('/admin/ledger/pause?world=palace&layer=atomic', undefined, missing(200))],
    resumeLedger: [post('/admin/ledger/resume?world=palace&layer=atomic', undefined, missing(200))],
    requestErasure: [
      post('/admin/erasures', { world: 'palace', entityId: 'nobody', reason: 'asked for' }, missing(202)),
    ],
    archiveLedger: [
      post('/admin/ledger/archive?world=palace&layer=atomic&beforeEpoch=1', undefined, missing(202)),
    ],
    restoreLedger: [post('/admin/ledger/restore?world=palace', { pointer: snapshotId }, missing(202))],
    replayLedger: [
      post(
        '/admin/ledger/replay?world=palace',
        { layer: 'atomic', from: commitId, to: commitId },
        missing(202),
      ),
    ],
    deleteRelationship: [
      {
        ...{ method: 'DELETE', ...missing(200) },
        path: '/worlds/palace/relationships?source=a&target=doomed&type=near',
      },
    ],
    deleteSavedQuery: [
      { method: 'DELETE', path: '/worlds/palace/saved-queries/secrets', ...missing(204) },
      { method: 'DELETE', path: '/worlds/hut/saved-queries/secrets', ...missing(404) },
    ],
    deleteEntity: [
      { method: 'DELETE', path: '/worlds/palace/entities/doomed', ...missing(200) },
      { method: 'DELETE', path: `/worlds/${worldId}/entities/a`, ...missing(404) },
    ],
    putChronicleRules: [
      { ...post('/api/chronicles/rules?world=palace', { rules: [] }, missing(200)), method: 'PUT' },
    ],
    // what makes a world with its first write makes the stranger's own: after this there is a palace of theirs
    putEntity: [{ ...post('/worlds/palace/entities/a', { name: 'Mine' }, own), method: 'PUT' }],
    registerComponentType: [
      post('/worlds/palace/component-types', { type: 'Mine', schema: { type: 'object' } }, own),
    ],
    createWorld: [post('/worlds', { name: 'palace' }, own)],
    ingestEntity: [post(`${ingest}/entity`, { space_name: 'palace', entity: entity('a', 'Mine') }, own)],
    ingestConnection: [
      post(`${ingest}/connection`, { space_name: 'palace', connection: connection('mine') }, own),
    ],
    createChronicle: [post('/api/chronicles?world=palace', { id: 'saga of mine' }, own)],
    recordChronicleEvents: [
      post('/api/chronicles/saga/events?world=palace', toldOf('a', 'Mine'), { stranger: 'own', owner: 409 }),
      {
        ...post('/api/chronicles/saga/events', toldOf('b', 'Mine'), { stranger: 'own', owner: 409 }),
        headers: { 'x-world': 'palace' },
      },
    ],
    ingestBatch: [post(`${ingest}/batch`, { space_name: 'palace', entities: [entity('b', 'Mine')] }, own)],
  }
}

/** Of questions: the owner's world is nobody's, and in the stranger's own the owner's ids mean nothing. */
const questionCases = (worldId: string): Record<string, Case[]> => {
  const everywhere = (path: string, inHut: Case['stranger'], names?: Case['names']) => {
    const at = (world: string) => `/api/${path}${path.includes('?') ? '&' : '?'}world=${world}`
    return [
      get(at('palace'), missing(200)),
      get(at(worldId), missing(404)),
      get(at('hut'), { stranger: inHut, owner: 404, ...(names && { names }) }),
    ]
  }
  const none =
    (key: string) =>
    (body: Answer['body']): string[] =>
      body[key].map((one: unknown) => JSON.stringify(one))
  const question = { question: `of ${secret}`, entities: ['a', 'mine'] }
  return {
    askCharactersAtPlace: everywhere('questions/characters-at-place?place=a&of=b', 'missing'),
    askRelationshipChanges: everywhere('questions/relationship-changes?a=a&b=b', [], none('changes')),
    askItemHolders: everywhere('questions/item-holders?item=a', [], none('holders')),
    askWhatHappened: everywhere('questions/what-happened?entity=a', 'missing'),
    askPresentAt: everywhere('questions/present-at?chronicle=saga&event=a', 'missing'),
    askWithinOfEvent: everywhere('questions/within-of-event?chronicle=saga&event=a&radius=9', 'missing'),
    listChronicleEntities: everywhere('chronicles/saga/entities', [], none('entities')),
    getChronicleRelationships: everywhere('chronicles/saga/relationships', [], none('edges')),
    checkChronicleConsistency: everywhere('chronicles/saga/consistency', [], none('contradictions')),
    getEntityTimeline: everywhere('entities/a/timeline', 'missing'),
    askContext: [
      post('/api/chronicles/saga/ask-context?world=palace', question, missing(200)),
      post('/api/chronicles/saga/ask-context?world=hut', question, { stranger: 'own', owner: 404 }),
    ],
  }
}
