import { Decoder, Encoder, schema, t } from '@colyseus/schema'
import { binaryEncoder } from '#sync/binary'
import type { Frame, Moves } from '#sync/frame'
import { createLiveDecoder, encodeLive } from '#sync/live-codec'
import { createNumbers } from '#sync/numbers'
import { createView, narrow } from '#sync/view'
import { seeded } from '../api-stage.ts'
import { atMost, type BenchResult, figure, median } from '../harness.ts'

const clients = 10
const runs = 5
const updatesPerRun = 200_000

const Body = schema({ x: t.float64(), y: t.float64(), z: t.float64() }, 'Body')
const World = schema({ bodies: t.map(Body) }, 'World')

interface Peer<T = Moves> {
  /** Bytes for each client; the same for all. */
  tick(moves: T): Uint8Array[]
}

const ours = (): Peer => {
  const numbers = createNumbers()
  const telling = { groupOf: () => 'entities' as const, classOf: () => undefined, numbers }
  const streams = Array.from({ length: clients }, () => ({
    view: createView({}),
    encoder: binaryEncoder(telling),
  }))
  let tick = 0
  return {
    tick: (moves) => {
      const cursors = { from: { seq: 1, tick }, to: { seq: 1, tick: ++tick } }
      const frame: Frame = {
        ...cursors,
        timestamp: '2026-01-01T00:00:00.000Z',
        ticks: 1,
        facts: new Map(),
        moves,
      }
      return streams.map(({ view, encoder }) => {
        // as the hub does it: a view that is whole is told the hub's own frame
        const told = view.inside === undefined ? frame : narrow(view, frame, new Map())
        return encoder.frame(told, 'limited') as Uint8Array
      })
    },
  }
}

/** From the physics service's message on. */
const reading = (peer: Peer): Peer<Buffer> => {
  const decode = createLiveDecoder()
  return { tick: (message) => peer.tick(decode(message).moves) }
}

const messageOf = (moves: Moves): Buffer => {
  const ids = [...moves.keys()].flatMap((id) => [id.length, 0, ...Buffer.from(id)])
  const message = encodeLive({
    ...{ tick: 1, seq: 1, timestamp: '', ticks: 1, isCut: false, digests: [], count: moves.size },
    ...{ ids: Uint8Array.from(ids), positions: Float64Array.from([...moves.values()].flat()) },
  })
  return Buffer.from(message).subarray(4)
}

/** Throws unless a client of theirs has the moves of the first tick. */
const colyseus = (start: Moves, first: Moves): Peer => {
  Encoder.BUFFER_SIZE = 8 * 2 ** 20
  const world = new World()
  for (const [id, [x, y, z]] of start) world.bodies.set(id, new Body().assign({ x, y, z }))
  const encoder = new Encoder(world)
  const decoder = new Decoder(new World())
  decoder.decode(encoder.encodeAll())
  encoder.discardChanges()
  const tick = (moves: Moves): Uint8Array => {
    for (const [id, [x, y, z]] of moves) {
      const body = world.bodies.get(id)!
      body.x = x
      body.y = y
      body.z = z
    }
    const patch = encoder.encode()
    encoder.discardChanges()
    return patch
  }
  decoder.decode(tick(first))
  for (const [id, [x, y, z]] of first) {
    const body = decoder.state.bodies.get(id)
    if (body?.x !== x || body.y !== y || body.z !== z) throw new Error(`'${id}' did not come through`)
  }
  // one patch is broadcast
  return {
    tick: (moves) => {
      const patch = tick(moves)
      return Array.from({ length: clients }, () => patch)
    },
  }
}

/** Milliseconds of CPU, and bytes of a client, for each tick. */
const measure = <T>(peer: Peer<T>, ticks: readonly T[]) => {
  let bytes = 0
  const began = process.cpuUsage()
  for (const moves of ticks) bytes += peer.tick(moves)[0]!.length
  const { user, system } = process.cpuUsage(began)
  return { bytes: bytes / ticks.length, cpuMs: (user + system) / 1_000 / ticks.length }
}

/** The same moves, encoded for the same clients by us and by @colyseus/schema, in turns. */
export const measureColyseus = (
  entities: number,
  percent: number,
  log: (line: string) => void,
): BenchResult => {
  const random = seeded(entities + percent)
  const ids = Array.from({ length: entities }, (_, at) => `body-${String(at).padStart(7, '0')}`)
  const place = (): [number, number, number] => [random() * 1e4, random() * 1e4, random() * 1e4]
  const start: Moves = new Map(ids.map((id) => [id, place()]))
  const moving = ids.filter((_, at) => (at * percent) % 100 < percent)
  const ticks = (count: number): Moves[] =>
    Array.from({ length: count }, () => new Map(moving.map((id) => [id, place()])))
  const [us, them] = [ours(), colyseus(start, ticks(1)[0]!)]
  const read = reading(us)
  const warmUp = ticks(Math.round(updatesPerRun / moving.length))
  measure(us, warmUp)
  measure(them, warmUp)
  measure(read, warmUp.map(messageOf))
  const all = Array.from({ length: runs }, () => {
    const some = ticks(Math.round(updatesPerRun / moving.length))
    const messages = some.map(messageOf)
    return { us: measure(us, some), them: measure(them, some), read: measure(read, messages) }
  })
  const values = (who: 'us' | 'them' | 'read', what: 'bytes' | 'cpuMs') => all.map((run) => run[who][what])
  const perUpdate = (who: 'us' | 'them' | 'read') =>
    values(who, 'cpuMs').map((ms) => (ms * 1e6) / moving.length)
  const ratios = (what: 'bytes' | 'cpuMs') =>
    all.map(({ us: mine, them: theirs }) => mine[what] / theirs[what])
  const of = `${entities} entities, ${percent} % moving`
  const [bytes, cpu] = [median(ratios('bytes')), median(ratios('cpuMs'))]
  log(`${of}: ${bytes.toFixed(2)} of Colyseus's bytes, ${cpu.toFixed(2)} of its CPU`)
  return {
    figures: [
      figure(`${of}: encoded frame`, 'bytes', values('us', 'bytes')),
      figure(`${of}: patch of @colyseus/schema`, 'bytes', values('them', 'bytes')),
      figure(`${of}: CPU of an update for ${clients} clients`, 'ns', perUpdate('us')),
      figure(`${of}: with reading what the physics tells`, 'ns', perUpdate('read')),
      figure(`${of}: the same, @colyseus/schema`, 'ns', perUpdate('them')),
    ],
    goals: [atMost(`${of}: bytes / Colyseus`, bytes, 1), atMost(`${of}: CPU / Colyseus`, cpu, 1)],
  }
}
