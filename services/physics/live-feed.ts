import { encodeLive } from '#sync/live-codec'
import type { Digest } from '#sync/live-ticks'
import type { Boundary } from './boundary.ts'
import { gatherIds } from './cut.ts'
import { digestsOf } from './digests.ts'
import type { Simulation } from './simulation.ts'
import type { TickWriter } from './tick-writer.ts'

/** Who follows a world as it ticks. */
export interface Follower {
  /** Has been told of all up to there. */
  afterTick: number
  /** Resolves when there is room for the next message. */
  send(message: Uint8Array): Promise<void>
}

/** Tells followers of each tick once it is durable; one that is slow is told of several at once. */
export interface LiveFeed {
  /** Right after a tick. */
  onTick(): void
  /** Tells it at once where the world is, and what has moved since. */
  add(follower: Follower): void
  remove(follower: Follower): void
  size(): number
}

export interface LiveFeedOptions {
  simulation: Simulation
  boundary: Boundary
  writer: Pick<TickWriter, 'untilDurable'>
  /** What has moved after this tick is known. */
  knownAfter: number
  now: () => Date
}

interface Told {
  tick: number
  message: Uint8Array
}

export const createLiveFeed = (options: LiveFeedOptions): LiveFeed => {
  const { simulation, boundary, writer, knownAfter, now } = options
  const followers = new Map<Follower, { isBusy: boolean }>()
  let digests: { tick: number; told: readonly Digest[] } = { tick: 0, told: [] }

  /** At a tick boundary. */
  const gather = (afterTick: number): Told => {
    const { bodies, tick, seq } = simulation
    const isCut = afterTick < knownAfter
    const moved = isCut ? new Uint32Array(0) : movedAfter(simulation, afterTick)
    const positions = new Float64Array(3 * moved.length)
    for (let at = 0; at < moved.length; at++) {
      positions[3 * at] = bodies.x[moved[at]]
      positions[3 * at + 1] = bodies.y[moved[at]]
      positions[3 * at + 2] = bodies.z[moved[at]]
    }
    const message = encodeLive({
      ...{ tick, seq, timestamp: now().toISOString(), ticks: isCut ? 0 : tick - afterTick, isCut },
      ...{ digests: digests.tick === tick ? digests.told : [], count: moved.length, positions },
      ids: gatherIds(bodies.ids, moved).arena,
    })
    return { tick, message }
  }

  const tell = async (follower: Follower, first: Told): Promise<void> => {
    const state = followers.get(follower)
    if (state === undefined || state.isBusy) return
    state.isBusy = true
    try {
      for (let next: Told | undefined = first; next !== undefined && followers.has(follower); ) {
        await writer.untilDurable(next.tick)
        await follower.send(next.message)
        follower.afterTick = next.tick
        next = await boundary.run(() =>
          follower.afterTick < simulation.tick ? gather(follower.afterTick) : undefined,
        )
      }
    } catch {
      // the world has ended here, or the follower has gone
      followers.delete(follower)
    } finally {
      state.isBusy = false
    }
  }

  return {
    onTick: () => {
      if (followers.size === 0) return
      digests = { tick: simulation.tick, told: digestsOf(simulation) }
      const gathered = new Map<number, Told>()
      for (const [follower, { isBusy }] of followers) {
        if (isBusy) continue
        let told = gathered.get(follower.afterTick)
        if (told === undefined) gathered.set(follower.afterTick, (told = gather(follower.afterTick)))
        void tell(follower, told)
      }
    },
    add: (follower) => {
      followers.set(follower, { isBusy: false })
      void boundary
        .run(() => gather(follower.afterTick))
        .then((told) => tell(follower, told))
        .catch(() => followers.delete(follower))
    },
    remove: (follower) => void followers.delete(follower),
    size: () => followers.size,
  }
}

const movedAfter = ({ bodies }: Simulation, tick: number): Uint32Array => {
  const { count, movedTick } = bodies
  let moved = 0
  for (let body = 0; body < count; body++) if (movedTick[body] > tick) moved++
  const indices = new Uint32Array(moved)
  for (let body = 0, at = 0; body < count; body++) if (movedTick[body] > tick) indices[at++] = body
  return indices
}
