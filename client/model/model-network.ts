import { type Cast, visiblePart } from '../changes.ts'
import { type Cursor, formatCursor } from '../cursor.ts'
import type { Box } from '../entity.ts'
import type { Failure } from '../failure.ts'
import { readMessage } from '../messages.ts'
import type { StreamListener, Transport } from '../runtime.ts'
import { readTickSnapshots } from '../tick-snapshots.ts'
import type { ModelClock } from './model-clock.ts'
import type { ModelServer } from './model-server.ts'

/** Of each message, or each request: how likely it is to meet that. */
export interface Faults {
  drop: number
  duplicate: number
  late: number
  /** A request that is refused, for some reason or other. */
  refuse: number
  /** A request that nobody ever answers. */
  swallow: number
}

export const noFaults: Faults = { drop: 0, duplicate: 0, late: 0, refuse: 0, swallow: 0 }

export interface ModelNetwork extends Transport {
  faults: Faults
  /** Streams that are in step with the server are told what is new. */
  flush(): void
  heartbeat(): void
  digest(): void
  /** The last message of all streams. */
  end(message: object): void
  /** All streams break off. */
  breakOff(): void
  /** The token that clients have is refused from now on. */
  expireToken(): void
}

interface Session {
  cursor: Cursor
  send(message: object): void
  fail(failure: Failure): void
}

const delayMs = 20
const latenessMs = 400

export const createModelNetwork = (
  server: ModelServer,
  clock: ModelClock,
  { cast, box, hasTimeline }: { cast: Cast; box: Box | undefined; hasTimeline: boolean },
): ModelNetwork => {
  const sessions = new Set<Session>()
  let token = 0
  let validToken = 0
  const chance = (share: number) => share > 0 && clock.random() < share
  const network = { faults: noFaults }
  const timeline = (): { timeline?: string } => (hasTimeline ? { timeline: server.timeline } : {})

  /** The server meets the request after a while, if at all. */
  const request = (failed: (failure: Failure) => void, meet: (later: (call: () => void) => void) => void) => {
    let isCancelled = false
    const later = (call: () => void) => {
      const late = chance(network.faults.late) ? clock.random() * latenessMs * 10 : 0
      clock.after(delayMs + late, () => !isCancelled && call())
    }
    const sent = token
    if (!chance(network.faults.swallow))
      later(() => {
        if (sent !== validToken) failed({ kind: 'http', status: 401, detail: 'expired' })
        else if (chance(network.faults.refuse))
          failed(refusals[Math.floor(clock.random() * refusals.length)]!)
        else meet(later)
      })
    return () => {
      isCancelled = true
    }
  }

  const open = (cursor: Cursor, listener: StreamListener): Session => {
    let lastAt = 0
    const deliver = (data: object, at: number) =>
      clock.after(at - clock.time(), () => {
        if (!sessions.has(session)) return
        listener.heard()
        const message = readMessage(JSON.parse(JSON.stringify(data)))
        if (message !== null) listener.message(message)
      })
    const session: Session = {
      cursor,
      send(data) {
        const { faults } = network
        if (chance(faults.drop)) return
        const isLate = chance(faults.late)
        const at = Math.max(lastAt, clock.time() + delayMs)
        // one that is late is overtaken
        if (!isLate) lastAt = at
        deliver(data, isLate ? at + clock.random() * latenessMs : at)
        if (chance(faults.duplicate)) deliver(data, at + clock.random() * latenessMs)
      },
      fail: listener.failed,
    }
    return session
  }

  const bring = (session: Session) => {
    const { cursor: from } = session
    const { cursor } = server
    if (from.seq === cursor.seq && from.tick === cursor.tick) return
    session.send({
      ...{ type: 'snapshot', from: formatCursor(from), cursor: formatCursor(cursor) },
      ...{ tick: cursor.tick, seq: cursor.seq, ticks: cursor.tick - from.tick },
      ...{ timestamp: new Date(cursor.tick * 100).toISOString() },
      changes: server.changesSince(from, box, cast),
    })
    session.cursor = cursor
  }
  const breakOff = (session: Session) => {
    if (sessions.delete(session)) session.fail({ kind: 'network', detail: 'reset' })
  }
  /** The last message; the stream ends, be it that the message is lost. */
  const finish = (session: Session, message: object) => {
    session.send(message)
    clock.after(latenessMs * 2, () => breakOff(session))
  }

  return Object.assign(network, {
    openStream(cursor: Cursor, listener: StreamListener) {
      let session: Session | null = null
      const cancel = request(listener.failed, () => {
        listener.opened()
        session = open(cursor, listener)
        sessions.add(session)
        const reason = server.refusal(cursor)
        if (reason !== null) return finish(session, { type: 'resync', reason })
        const text = formatCursor(cursor)
        session.send({ type: 'hello', cursor: text, ...timeline(), world: 'w', cast, heartbeatSeconds: 15 })
        bring(session)
      })
      return () => {
        cancel()
        if (session !== null) sessions.delete(session)
      }
    },
    fetchInit(listener: Parameters<Transport['fetchInit']>[0]) {
      return request(listener.failed, (later) => {
        const { cursor } = server
        const { timeline: ofCut = null } = timeline()
        const cut = [...server.truth(box).values()]
        // positions are read while ticks go on
        later(() => {
          const now = server.truth(undefined)
          const moved = cut.map((entity) => ({
            ...entity,
            position: now.get(entity.id)?.position ?? entity.position,
          }))
          const entities = cast === 'limited' ? moved.map(visiblePart) : moved
          listener.done({
            ...{ cursor, timeline: ofCut, lastTick: server.cursor.tick },
            entities: structuredClone(entities),
          })
        })
      })
    },
    fetchSnapshots(
      { from, to }: { from: number; to: number },
      listener: Parameters<Transport['fetchSnapshots']>[1],
    ) {
      return request(listener.failed, (later) => {
        const answer = server.snapshots(from, to, box, cast)
        later(() => {
          if (answer === null) listener.failed({ kind: 'http', status: 410, detail: 'expired' })
          else listener.done(readTickSnapshots(structuredClone(answer), cast))
        })
      })
    },
    forgetToken() {
      token = validToken
    },
    expireToken() {
      validToken++
    },
    flush: () => sessions.forEach(bring),
    heartbeat: () =>
      sessions.forEach((session) => {
        const at = formatCursor(session.cursor)
        session.send({ type: 'heartbeat', from: at, cursor: at })
      }),
    digest: () =>
      sessions.forEach((session) => {
        bring(session)
        for (const digest of server.digests()) session.send(digest)
      }),
    end: (message: object) =>
      sessions.forEach((session) => {
        finish(session, message)
      }),
    breakOff: () => sessions.forEach(breakOff),
  })
}

const refusals: Failure[] = [
  { kind: 'network', detail: 'unreachable' },
  { kind: 'http', status: 500, detail: 'broken' },
  { kind: 'http', status: 429, retryAfterMs: 2000, detail: 'too many' },
  { kind: 'http', status: 503, detail: 'asleep' },
  { kind: 'protocol', detail: 'not JSON' },
]
