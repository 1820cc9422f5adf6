import { regionSums } from '../../../client/digest.ts'
import type { Position, SyncEntity } from '../../../client/index.ts'

const bodies = 10_000
const movesATick = 100

/** A server that lives in the page: a world of 10,000 entities whose ticks come as fast as they are taken. */
export interface FastWorld {
  fetch: typeof fetch
  /** Lets it tick up to this one. */
  tickTo(tick: number): void
  entities: ReadonlyMap<string, SyncEntity>
}

const entityAt = (id: string, position: Position): SyncEntity => ({
  ...{ id, name: id, classType: 'Thing', position, parameters: { mass: 1 }, group: 'entities' },
})
const eventText = (cursor: string, message: object) =>
  `id: ${cursor}\ndata: ${JSON.stringify({ ...message, cursor })}\n\n`

export const createFastWorld = (): FastWorld => {
  const entities = new Map<string, SyncEntity>()
  for (let n = 0; n < bodies; n++) entities.set(`e${n}`, entityAt(`e${n}`, [n, n / 7, -n / 3]))
  let [seq, tick, last] = [bodies, 0, 0]
  let goOn = () => {}
  const encoder = new TextEncoder()
  const cursor = () => `${seq}.${tick}`

  /** One percent move. */
  const nextTick = (): string => {
    const from = cursor()
    tick++
    const entityMoved = Array.from({ length: movesATick }, (_, k) => {
      const id = `e${(tick * movesATick + k) % bodies}`
      const entity = entities.get(id)!
      const [x, y, z] = entity.position
      const position: Position = [x + Math.sin(tick + k), y + Math.cos(tick - k), z + Math.sin(tick * k)]
      entities.set(id, { ...entity, position })
      return { id, position }
    })
    return eventText(cursor(), snapshot(from, 1, { entityMoved }))
  }
  /** One is written, one is born, and one that was born ten seconds ago dies. */
  const nextWrites = (): string => {
    const from = cursor()
    seq += 3
    const [id, created, old] = [`e${tick % bodies}`, entityAt(`n${tick}`, [tick, 0, 0]), `n${tick - 100}`]
    const entity = entities.get(id)!
    const update = { entityId: id, field: 'name', oldValue: entity.name!, newValue: `${id} of ${tick}` }
    entities.set(id, { ...entity, name: update.newValue }).set(created.id, created)
    const deleted = entities.delete(old) ? [old] : []
    return eventText(
      cursor(),
      snapshot(from, 0, { entities: { created: [created], updated: [update], deleted } }),
    )
  }
  const snapshot = (from: string, ticks: number, changes: object) => {
    const timestamp = new Date(Date.UTC(2026, 0, 1) + tick * 100).toISOString()
    return { type: 'snapshot', from, tick, seq, timestamp, ticks, changes }
  }
  const digest = (): string => {
    const { count, hash } = regionSums(entities.values(), null).get('*')!
    const told = { type: 'digest', tick, seq, region: '*', count, hash: hash.toString(16).padStart(8, '0') }
    return eventText(cursor(), told)
  }
  const next = (): string =>
    nextTick() + (tick % 100 === 0 ? digest() : '') + (tick % 10 === 0 ? nextWrites() : '')

  const stream = () =>
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        const hello = { type: 'hello', world: 'fast', cast: 'full', heartbeatSeconds: 15 }
        controller.enqueue(encoder.encode(eventText(cursor(), hello)))
      },
      pull: async (controller) => {
        if (tick === last) await new Promise<void>((done) => (goOn = done))
        // the page has other things to do, too
        if (tick % 100 === 0) await new Promise((done) => setTimeout(done))
        controller.enqueue(encoder.encode(next()))
      },
    })
  const init = () => {
    const head = { cursor: cursor(), currentTick: tick, latestSnapshot: null }
    const lines = [head, ...entities.values(), { end: true, lastTick: tick }].map((line) =>
      JSON.stringify(line),
    )
    return `${lines.join('\n')}\n`
  }
  const answer = (address: string): Response =>
    address.startsWith('/world/init')
      ? new Response(init(), { headers: { 'content-type': 'application/x-ndjson' } })
      : address.startsWith('/events')
        ? new Response(stream(), { headers: { 'content-type': 'text/event-stream' } })
        : new Response('', { status: 404 })
  return {
    fetch: (async (address: string) => answer(address)) as typeof fetch,
    tickTo: (wanted) => {
      last = wanted
      goOn()
    },
    entities,
  }
}
