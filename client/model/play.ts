import type { Cast } from '../changes.ts'
import { visiblePart } from '../changes.ts'
import type { Box, SyncEntity } from '../entity.ts'
import { createSyncOn, type StateSync } from '../state-sync.ts'
import type { SyncEvent } from '../sync-machine.ts'
import { createModelClock, type ModelClock } from './model-clock.ts'
import { createModelNetwork, type ModelNetwork, noFaults } from './model-network.ts'
import { createModelServer, type ModelServer } from './model-server.ts'
import { createRandom } from './random.ts'
import type { Happening, Telling } from './schedule.ts'

export interface Play {
  seed: number
  cast: Cast
  box: Box | undefined
  /** Whether the server says which history its cursors are of. */
  hasTimeline: boolean
  /** Whether the world does not tick any more in the end. */
  isStill: boolean
  happenings: readonly Happening[]
}

export interface Stage {
  server: ModelServer
  network: ModelNetwork
  clock: ModelClock
  sync: StateSync
  tell(event: SyncEvent): void
}

/** Plays a schedule, lets it grow quiet, and answers what the client then has and what it should. */
export const play = ({ seed, cast, box, hasTimeline, isStill, happenings }: Play) => {
  const clock = createModelClock(createRandom(seed))
  const server = createModelServer()
  const network = createModelNetwork(server, clock, { cast, box, hasTimeline })
  let tell: (event: SyncEvent) => void = () => {}
  const watch = (dispatch: (event: SyncEvent) => void) => {
    tell = dispatch
    return () => {}
  }
  const options = { token: async () => '', hiddenCloseMs: 60_000 }
  const sync = createSyncOn(network, { clock, watch }, options, { current: box ? { box } : {} })
  const stage: Stage = { server, network, clock, sync, tell: (event) => tell(event) }
  sync.start()
  for (const happening of happenings) happen(stage, happening)
  growQuiet(stage, isStill)
  const shown = (entities: Iterable<SyncEntity>) => {
    const part = cast === 'limited' ? [...entities].map(visiblePart) : [...entities]
    // JSON knows no negative zero
    const positive = part.map((entity) => ({ ...entity, position: entity.position.map((at) => at + 0) }))
    return new Map(positive.map((entity) => [entity.id, entity]))
  }
  return {
    state: sync.state,
    reason: sync.reason,
    cursor: sync.cursor,
    serverCursor: `${server.cursor.seq}.${server.cursor.tick}`,
    client: shown(sync.entities()),
    truth: shown(server.truth(box).values()),
  }
}

const happen = ({ server, network, clock, sync, tell }: Stage, happening: Happening): void => {
  switch (happening.type) {
    case 'write':
      server.write(happening.event)
      return spread(network, happening.told)
    case 'tick':
      server.tick(happening.takes, new Map(happening.moves), happening.isCoalesced)
      return spread(network, happening.told)
    case 'pass':
      return clock.pass(happening.ms)
    case 'faults':
      network.faults = happening.faults
      return
    case 'expire':
      return server.expire(server.cursor.tick - happening.ticks)
    case 'roll-back':
      network.breakOff()
      return server.rollBack(happening.ticks)
    case 'jump':
      return clock.jump(happening.ms)
    case 'break-off':
      return network.breakOff()
    case 'closing':
      return network.end({ type: 'closing', cursor: '0.0' })
    case 'slow':
      return network.end({ type: 'resync', reason: 'slow' })
    case 'token':
      return network.expireToken()
    case 'heartbeat':
      return network.heartbeat()
    case 'digest':
      return network.digest()
    case 'restart-client':
      sync.close()
      return sync.start()
    default:
      return tell(happening)
  }
}

const spread = (network: ModelNetwork, told: Telling): void => {
  if (told === 'later') return
  const { faults } = network
  if (told === 'lost') network.faults = { ...noFaults, drop: 1 }
  network.flush()
  network.faults = faults
}

/** Nothing fails any more, nothing is written and nothing moves; heartbeats go on, and ticks, unless the world stands still. */
const growQuiet = ({ server, network, clock, sync, tell }: Stage, isStill: boolean): void => {
  network.faults = noFaults
  tell({ type: 'online' })
  tell({ type: 'visible' })
  if (!isStill) server.tick(1_000_000, new Map(), false)
  for (let round = 0; round < 12; round++) {
    // a token that expired again before it was used has closed it
    if (sync.error?.code === 'unauthorised') sync.start()
    network.flush()
    clock.pass(15_000)
    network.heartbeat()
    clock.pass(1_000)
    if (!isStill) server.tick(0, new Map(), false)
    network.digest()
  }
  clock.pass(1_000)
}
