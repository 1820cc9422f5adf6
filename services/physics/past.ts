import type pg from 'pg'
import { drive } from '#platform/arrays/drive'
import type { ObjectStore } from '#platform/object-store/object-store'
import { findBody, flag } from './bodies.ts'
import { listCheckpoints } from './checkpoint-store.ts'
import type { HeldWorld } from './held-world.ts'
import { PastUnavailable } from './past-error.ts'
import { createPastStates, type PastStatesOptions } from './past-states.ts'
import { isOfLog } from './replay-ticks.ts'
import type { Simulation } from './simulation.ts'
import { stateHash } from './state-hash.ts'
import { firstTickFrom, lastTick, lastTickUpToSeq } from './tick-log.ts'

/** After a tick, or after the last tick, up to one, that had no event after a seq; and which bodies are wanted. */
export type PastQuestion = ({ tick: number } | { seq: number; upToTick?: number | undefined }) & {
  entityIds: readonly string[]
}

export interface PastAnswer {
  worldId: string
  tick: number
  /** The last event applied. */
  seq: number
  stateHash: string
  bodies: number
  active: number
  /** Those that were asked for and had a body, in the order in which they were. */
  entities: PastBody[]
  /** Ids that were asked for and had no body. */
  missing: string[]
}

export interface PastBody {
  id: string
  position: [number, number, number]
  /** Units per second. */
  velocity: [number, number, number]
  mass: number
  activity: number
  jitter: number
  anchored: boolean
}

/** Answers how worlds that are held were after past ticks (I6). */
export interface Past {
  /** @throws PastUnavailable; what database and store throw. */
  ask(world: HeldWorld, question: PastQuestion): Promise<PastAnswer>
  end(): void
}

export const createPast = (options: PastStatesOptions): Past => {
  const states = createPastStates(options)
  return {
    ask: async (world, question) => {
      const { worldId } = world.lease
      const tick = await resolveTick(options.pool, options.objects, worldId, question)
      const read = async (simulation: Simulation, hash?: string): Promise<PastAnswer> => {
        const { tick, seq, bodies, gamma } = simulation
        const answer = answerOf(simulation, question.entityIds)
        return { ...answer, stateHash: hash ?? (await drive(stateHash(bodies, tick, seq, gamma))) }
      }
      const now = await world.readAt(tick, read)
      if (now !== undefined) return now
      if (world.measure().bytes > options.cacheBytes) throw new PastUnavailable('too-large')
      const state = await states.at(worldId, tick)
      return read(state.simulation, state.stateHash)
    },
    end: states.end,
  }
}

/** The tick that a question is about. @throws PastUnavailable where it is not there, or not any more. */
const resolveTick = async (
  pool: pg.Pool,
  objects: ObjectStore,
  worldId: string,
  question: PastQuestion,
): Promise<number> => {
  const last = await lastTick(pool, worldId)
  if (last === undefined) throw new PastUnavailable('rebuilding')
  if ('tick' in question && question.tick > last.tick) throw new PastUnavailable('future', last.tick)
  const refs = await listCheckpoints(objects, worldId)
  const isOurs = isOfLog(pool, worldId)
  while (refs[0] !== undefined && !(await isOurs(refs[0]))) refs.shift()
  const oldest = refs[0]?.tick ?? last.tick
  if ('tick' in question) {
    if (question.tick < oldest) throw new PastUnavailable('not-retained', oldest)
    return retainedTick(pool, worldId, question.tick)
  }
  const { seq, upToTick = last.tick } = question
  // between two checkpoints, so that few rows are read
  const from = refs.findLast((ref) => ref.seq <= seq)
  const to = refs.find((ref) => ref.seq > seq)
  const range = { fromTick: from?.tick ?? oldest, toTick: Math.min(to?.tick ?? last.tick, upToTick), seq }
  const found = await lastTickUpToSeq(pool, worldId, range)
  if (found === undefined) throw new PastUnavailable('not-retained', oldest)
  // the tick after it says that it was the last one
  if (found.tick < Math.min(last.tick, upToTick)) await retainedTick(pool, worldId, found.tick + 1)
  return found.tick
}

/** The tick. @throws PastUnavailable where it was forgotten, though an older one that a fork needs was not. */
const retainedTick = async (pool: pg.Pool, worldId: string, tick: number): Promise<number> => {
  const retained = await firstTickFrom(pool, worldId, tick)
  if (retained?.tick !== tick) throw new PastUnavailable('not-retained', retained?.tick)
  return tick
}

const answerOf = (
  { worldId, tick, seq, bodies }: Simulation,
  ids: readonly string[],
): Omit<PastAnswer, 'stateHash'> => {
  const entities: PastBody[] = []
  const missing: string[] = []
  for (const id of ids) {
    const body = findBody(bodies, id)
    if (body === -1) {
      missing.push(id)
      continue
    }
    const { x, y, z, vx, vy, vz, mass, activity, jitter, flags } = bodies
    entities.push({
      ...{ id, position: [x[body], y[body], z[body]], velocity: [vx[body], vy[body], vz[body]] },
      ...{ mass: mass[body], activity: activity[body], jitter: jitter[body] },
      anchored: (flags[body] & flag.anchored) !== 0,
    })
  }
  return { worldId, tick, seq, bodies: bodies.count, active: bodies.active, entities, missing }
}
