import { afterEach, describe, expect, it, vi } from 'vitest'
import { createStateSync, type StateSync, type StateSyncOptions } from './state-sync.ts'
import { createBody, createTestServer, problem } from './test-server.ts'

const entity = {
  id: 'a',
  name: 'A',
  classType: 'Tree',
  position: [0, 0, 0],
  parameters: {},
  group: 'entities',
}
const lines = (...values: object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
const head = { cursor: '5.10', currentTick: 10, latestSnapshot: null }
const event = (data: object) => `id: x\ndata: ${JSON.stringify(data)}\n\n`
const hello = event({ type: 'hello', cursor: '5.10', world: 'w', cast: 'full', heartbeatSeconds: 15 })

const open: StateSync[] = []
afterEach(() => {
  for (const sync of open.splice(0)) sync.close()
})

const created = (options: Partial<StateSyncOptions> & { fetch: typeof fetch }): StateSync => {
  const sync = createStateSync({ url: 'http://api/prod/', world: 'w', cast: 'full', ...options })
  open.push(sync)
  sync.start()
  return sync
}

/** A server that works: one full state, and streams. */
const working = (state = lines(head, entity, { end: true })) => {
  const streams: ReturnType<typeof createBody>[] = []
  const server = createTestServer((url, { signal }) => {
    if (url.pathname === '/prod/world/init')
      return new Response(state, { headers: { 'content-type': 'application/x-ndjson' } })
    if (url.pathname === '/prod/world/snapshots') return problem(410, 'expired')
    const body = createBody(signal, 'text/event-stream')
    streams.push(body)
    return body.answer
  })
  return { ...server, streams }
}

describe('a client over HTTP', () => {
  it('asks for a full state, leads it on, and ends', async () => {
    const { fetch, asked, streams } = working()
    const sync = created({
      fetch,
      token: async () => 'secret',
      box: [0, 0, 0, 9, 9, 9],
      classes: ['Tree'],
      rate: 5,
      far: 6,
    })
    await vi.waitFor(() => expect(streams).toHaveLength(1))
    streams[0]!.write(hello)
    await vi.waitFor(() => expect(sync.state).toBe('live'))
    const changes = {
      entities: { updated: [{ entityId: 'a', field: 'name', oldValue: 'A', newValue: 'Ü' }] },
    }
    const frame = {
      type: 'snapshot',
      from: '5.10',
      cursor: '6.10',
      tick: 10,
      seq: 6,
      ticks: 0,
      timestamp: 't',
      changes,
    }
    streams[0]!.write(event(frame))
    await vi.waitFor(() => expect(sync.cursor).toBe('6.10'))
    expect(sync.entity('a')).toEqual({ ...entity, name: 'Ü' })
    const [init, stream] = asked
    expect(`${init!.url.pathname}${decodeURIComponent(init!.url.search)}`).toBe(
      '/prod/world/init?world=w&box=0,0,0,9,9,9&class=Tree',
    )
    expect(Object.fromEntries(stream!.url.searchParams)).toEqual({
      ...{ world: 'w', box: '0,0,0,9,9,9', class: 'Tree', rate: '5', far: '6', cast: 'full', cursor: '5.10' },
    })
    expect(stream!.headers.get('authorization')).toBe('Bearer secret')
    expect(stream!.headers.get('accept')).toBe('text/event-stream')
    sync.close()
    expect([sync.state, streams[0]!.isCancelled]).toEqual(['closed', true])
    expect(sync.entity('a')).toBeDefined()
  })

  it('asks for a new token when one is refused, and says what to do when that is refused too', async () => {
    let tokens = 0
    let valid = 'token 2'
    const good = working()
    const { fetch, asked } = createTestServer((url, init) =>
      new Headers(init.headers).get('authorization') === `Bearer ${valid}`
        ? good.fetch(url.href, init)
        : problem(401, 'the token has expired'),
    )
    const sync = created({ fetch, token: async () => `token ${++tokens}` })
    await vi.waitFor(() => expect(good.streams).toHaveLength(1))
    expect([tokens, asked.length]).toEqual([2, 3])
    valid = 'none'
    good.streams[0]!.end()
    await vi.waitFor(() => expect(sync.state).toBe('closed'))
    expect(sync.error).toMatchObject({ code: 'unauthorised', status: 401 })
    expect(sync.error!.message).toContain('the token has expired')
  })

  it('keeps trying while there is no network, no token, or no sense in the answer', async () => {
    const good = working()
    const bad: (() => Response)[] = [
      () => {
        throw new TypeError('fetch failed')
      },
      () => problem(503, 'resumes'),
      () => new Response(lines(head, entity), { headers: { 'content-type': 'application/x-ndjson' } }),
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    ]
    const reasons: (string | null)[] = []
    const { fetch } = createTestServer((url, init) => bad.shift()?.() ?? good.fetch(url.href, init))
    let tokens = 0
    const token = async () => {
      if (++tokens === 1) throw new Error('signed out')
      return 'token'
    }
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const sync = createStateSync({ url: 'http://api/prod', fetch, token })
    open.push(sync)
    sync.onStatus(({ reason }) => reasons.push(reason))
    sync.start()
    await vi.waitFor(() => expect(good.streams).toHaveLength(1))
    expect([...new Set(reasons)].slice(1)).toEqual([
      'no token was had: Error: signed out',
      'fetch failed',
      '503: resumes',
      'the full state was cut off',
      'not JSON: <html>',
    ])
    vi.restoreAllMocks()
  })

  it('reads a full state that is one JSON object, in the limited cast without what nobody keeps true', async () => {
    const server = working()
    const { fetch } = createTestServer((url, init) =>
      url.pathname.endsWith('init')
        ? new Response(JSON.stringify({ ...head, fullState: { entities: [entity] } }, null, 1))
        : server.fetch(url.href, init),
    )
    const sync = created({ fetch, cast: 'limited' })
    await vi.waitFor(() => expect(server.streams).toHaveLength(1))
    expect(sync.entities()).toEqual([{ id: 'a', classType: 'Tree', position: [0, 0, 0] }])
  })

  it('begins with another full state when the stream lacks ticks that are no longer held', async () => {
    const { fetch, asked, streams } = working()
    const sync = created({ fetch })
    await vi.waitFor(() => expect(streams).toHaveLength(1))
    streams[0]!.write(hello)
    const frame = { type: 'snapshot', from: '5.12', cursor: '5.13', tick: 13, seq: 5, ticks: 1, changes: {} }
    streams[0]!.write(event(frame))
    await vi.waitFor(() => expect(streams).toHaveLength(2))
    expect(asked.map(({ url }) => url.pathname.split('/').at(-1))).toEqual([
      ...['init', 'events', 'snapshots', 'init', 'events'],
    ])
    expect(Object.fromEntries(asked[2]!.url.searchParams)).toMatchObject({ from: '11', to: '1010' })
    expect([streams[0]!.isCancelled, sync.reason]).toEqual([
      true,
      'what has happened since is no longer held',
    ])
  })

  it('asks for another part of the world', async () => {
    const { fetch, asked, streams } = working()
    const sync = created({ fetch })
    await vi.waitFor(() => expect(streams).toHaveLength(1))
    sync.refilter({ sphere: { center: [1, 2, 3], radius: 4 } })
    await vi.waitFor(() => expect(streams).toHaveLength(2))
    expect(asked.at(-1)!.url.searchParams.get('sphere')).toBe('1,2,3,4')
    expect(streams[0]!.isCancelled).toBe(true)
  })

  it('tells listeners once a frame, and goes on when one throws', async () => {
    const { fetch, streams } = working()
    const sync = created({ fetch })
    await vi.waitFor(() => expect(streams).toHaveLength(1))
    const thrown: unknown[] = []
    const caught = (error: Error) => thrown.push(error.message)
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', caught)
    const told: unknown[] = []
    sync.onChange(() => {
      throw new Error('mine')
    })
    sync.onChange(({ created, updated }) => told.push([created, updated]))
    sync.subscribe(
      (world) => world.size,
      (size) => told.push(size),
    )
    const created2 = [
      { ...entity, id: 'b' },
      { ...entity, id: 'c' },
    ]
    const changes = {
      entities: { created: created2, updated: [{ entityId: 'a', field: 'name', newValue: 'x' }] },
    }
    streams[0]!.write(
      hello + event({ type: 'snapshot', from: '5.10', cursor: '6.10', tick: 10, ticks: 0, changes }),
    )
    await vi.waitFor(() => expect(thrown).toEqual(['mine']))
    process.removeListener('uncaughtException', caught)
    for (const other of others) process.on('uncaughtException', other)
    expect(told).toEqual([[['b', 'c'], ['a']], 3])
    expect(sync.state).toBe('live')
  })

  it('opens the stream by EventSource where it is asked to', async () => {
    const sources: { address: string; onmessage?: (event: object) => void; close(): void }[] = []
    vi.stubGlobal(
      'EventSource',
      class {
        address: string
        constructor(address: string) {
          this.address = address
          sources.push(this)
        }
        close() {}
      },
    )
    const { fetch } = working()
    const sync = created({ fetch, eventSource: true })
    await vi.waitFor(() => expect(sources).toHaveLength(1))
    expect(sources[0]!.address).toBe('http://api/prod/events?world=w&cast=full&cursor=5.10')
    sources[0]!.onmessage!({ data: JSON.stringify({ type: 'hello', cursor: '5.10' }) })
    expect(sync.state).toBe('live')
    vi.unstubAllGlobals()
  })
})
