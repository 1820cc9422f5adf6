import type { Cast } from '../changes.ts'
import type { Cursor } from '../cursor.ts'
import { regionAt, regionSums } from '../digest.ts'
import type { Box, Position, SyncEntity } from '../entity.ts'
import { evolveModel, type ModelEvent, type WrittenState } from './model-state.ts'
import { type Told, wireChanges } from './wire-changes.ts'

/** Regions of side 16. */
const regionExponent = 4
/** Written changes that a cursor lacks are read from the log up to so many. */
const mostLogEvents = 25

interface TickRecord {
  seq: number
  bodies: ReadonlyMap<string, Position>
  moved: ReadonlySet<string>
}

interface StoredTick {
  tick: number
  firstTick: number
  afterSeq: number
  seq: number
  moved: ReadonlySet<string>
  before: ReadonlyMap<string, Position>
}

/** What docs/sync-protocol.md says of a server, for a few entities, in memory, and with a history of everything. */
export interface ModelServer {
  readonly cursor: Cursor
  readonly timeline: string
  /** The state as a client with this filter must have it. */
  truth(box: Box | undefined): Map<string, SyncEntity>
  write(event: ModelEvent): void
  /** One tick, which takes up so many events and moves bodies. */
  tick(takes: number, moves: ReadonlyMap<string, Position>, isCoalesced: boolean): void
  /** Tick snapshots up to this tick are no longer held. */
  expire(tick: number): void
  /** The physics goes back by so many ticks, and makes others in their place. */
  rollBack(ticks: number): void
  /** Why the stream cannot lead on from there; null: it can. */
  refusal(cursor: Cursor): 'behind' | 'expired' | null
  changesSince(from: Cursor, box: Box | undefined, cast: Cast): unknown
  /** null: 410 */
  snapshots(from: number, to: number, box: Box | undefined, cast: Cast): object | null
  digests(): object[]
}

export const createModelServer = (): ModelServer => {
  const log: ModelEvent[] = []
  const states: WrittenState[] = [new Map()]
  let history: TickRecord[] = [{ seq: 0, bodies: new Map(), moved: new Set() }]
  let stored: StoredTick[] = []
  let expired = 0
  let timeline = 0
  // a region that has become empty is told too
  const occupied = new Set<string>()

  const seq = () => log.length
  const tick = () => history.length - 1
  const last = () => history.at(-1)!
  const shown = (id: string): SyncEntity | undefined => {
    const written = states[seq()]!.get(id)
    if (written === undefined) return undefined
    const body = written.positionSeq > last().seq ? undefined : last().bodies.get(id)
    return { ...written.entity, position: body ?? written.entity.position }
  }
  const eventsBetween = (after: number, upTo: number) => log.slice(after, upTo)
  const timestamp = (at: number) => new Date(at * 100).toISOString()

  const told = (id: string, entity: SyncEntity | undefined, events: ModelEvent[], isMoved: boolean): Told => {
    const own = events.filter((event) => event.id === id)
    const isBorn = own.some(({ type }) => type === 'create' || type === 'class')
    const fields = own.flatMap((event) => (event.type === 'field' ? [event.field] : []))
    const isPlaced = isMoved || own.some(({ type }) => type === 'place')
    return { id, entity, isBorn, fields: [...new Set(fields)], isPlaced }
  }

  return {
    get cursor() {
      return { seq: seq(), tick: tick() }
    },
    get timeline() {
      return `t${timeline}`
    },
    truth(box) {
      const entities = [...states[seq()]!.keys()].map((id) => shown(id)!)
      return new Map(
        entities.filter(({ position }) => isIn(position, box)).map((entity) => [entity.id, entity]),
      )
    },
    write(event) {
      const next = evolveModel(states[seq()]!, event, seq() + 1)
      if (next === null) return
      log.push(event)
      states.push(next)
    },
    tick(takes, moves, isCoalesced) {
      const before = last()
      const taken = Math.min(seq(), before.seq + takes)
      const written = states[taken]!
      const bodies = new Map([...before.bodies].filter(([id]) => written.has(id)))
      const moved = new Set<string>()
      const put = (id: string, position: Position) => {
        bodies.set(id, position)
        moved.add(id)
      }
      for (const [id, position] of moves) if (bodies.has(id)) put(id, position)
      // what it takes up is put where it was written
      for (const [id, { entity, positionSeq }] of written)
        if (positionSeq > before.seq && positionSeq <= taken) put(id, entity.position)
      history.push({ seq: taken, bodies, moved })
      for (const position of bodies.values()) occupied.add(regionAt(position, regionExponent))
      if (moved.size === 0 && taken === before.seq) return
      const previous = stored.at(-1)
      const own = {
        tick: tick(),
        firstTick: tick(),
        afterSeq: before.seq,
        seq: taken,
        moved,
        before: before.bodies,
      }
      if (isCoalesced && previous !== undefined && previous.tick === tick() - 1) {
        stored.pop()
        const both = new Set([...previous.moved, ...moved])
        stored.push({ ...previous, tick: tick(), seq: taken, moved: both })
      } else stored.push(own)
    },
    expire(upTo) {
      expired = Math.max(expired, Math.min(upTo, tick()))
      stored = stored.filter((one) => one.tick > expired)
    },
    rollBack(ticks) {
      const to = Math.max(0, tick() - ticks)
      history = history.slice(0, to + 1)
      stored = []
      expired = to
      timeline++
    },
    refusal(cursor) {
      if (cursor.seq > seq() || cursor.tick > tick()) return 'behind'
      return cursor.tick < expired || seq() - cursor.seq > mostLogEvents ? 'expired' : null
    },
    changesSince(from, box, cast) {
      const events = eventsBetween(from.seq, seq())
      const moved = new Set(history.slice(from.tick + 1).flatMap((one) => [...one.moved]))
      const ids = new Set([...events.map(({ id }) => id), ...moved])
      const all = [...ids].map((id) => {
        const entity = shown(id)
        const isShown = entity !== undefined && isIn(entity.position, box)
        const one = told(id, isShown ? entity : undefined, events, moved.has(id))
        // whether it was in the filter is not known any more: all of it is told
        return { ...one, isBorn: one.isBorn || box !== undefined }
      })
      return wireChanges(all, cast)
    },
    snapshots(from, to, box, cast) {
      if (from <= expired) return null
      const end = Math.min(to, tick())
      const wanted = stored.filter((one) => one.tick >= from && one.tick <= end)
      const gaps = []
      for (let at = from; at <= end; at++) {
        if (wanted.some((one) => one.tick === at)) continue
        const isPart = stored.some((one) => one.firstTick <= at && at < one.tick)
        gaps.push({ from: at, to: at, reason: isPart ? 'coalesced' : 'empty' })
      }
      const snapshots = wanted.map((one) => {
        const events = eventsBetween(one.afterSeq, one.seq)
        const ids = new Set([...events.map(({ id }) => id), ...one.moved])
        const { bodies } = history[one.tick]!
        const all = [...ids].map((id) => {
          const written = states[one.seq]!.get(id)
          const position = bodies.get(id)
          const isShown = written !== undefined && position !== undefined && isIn(position, box)
          const was = one.before.get(id)
          const entity = isShown ? { ...written.entity, position } : undefined
          const said = told(id, entity, events, one.moved.has(id))
          return { ...said, isBorn: said.isBorn || was === undefined || !isIn(was, box) }
        })
        const changes = wireChanges(all, cast)
        const name = cast === 'full' ? 'fullCast' : 'limitedCast'
        return { tick: one.tick, seq: one.seq, timestamp: timestamp(one.tick), [name]: changes }
      })
      return { from, to: end, oldest: expired + 1, latest: tick(), snapshots, gaps }
    },
    digests() {
      const { seq: taken, bodies } = last()
      const placed = [...bodies].map(([id, position]) => ({ id, position, classType: '' }))
      const sums = regionSums(placed, regionExponent)
      for (const region of occupied) if (!sums.has(region)) sums.set(region, { count: 0, hash: 0 })
      return [...sums].map(([region, { count, hash }]) => ({
        ...{ type: 'digest', tick: tick(), seq: taken, region, count },
        hash: hash.toString(16).padStart(8, '0'),
      }))
    },
  }
}

const isIn = ([x, y, z]: Position, box: Box | undefined): boolean =>
  box === undefined ||
  (x >= box[0] && x <= box[3] && y >= box[1] && y <= box[4] && z >= box[2] && z <= box[5])
