import type { EventBatch, WorldEvent } from '#world/event'
import type { WorldSettings } from '#world/settings'
import { createHub, type Hub, type WorldReads } from './hub.ts'
import type { FollowedWorld, LiveTicks } from './live-ticks.ts'

/** The hubs of the worlds that somebody watches in this process. */
export interface Hubs {
  /** The world's hub, which stays while it is in use and a little longer; to be given back. */
  use(world: FollowedWorld, settings: WorldSettings): Promise<{ hub: Hub; release(): void }>
  /** What this process has committed, or heard of. */
  changed(world: FollowedWorld, events: EventBatch['events']): void
  close(): void
}

export interface HubsOptions {
  reads: WorldReads & {
    /** Last seqs of the tenant's worlds. */
    heads(tenantId: string, worldIds: readonly string[]): Promise<Map<string, number>>
  }
  ticks: LiveTicks
  /** Of an event from elsewhere than `reads`, what clients may see. */
  hide(event: WorldEvent): WorldEvent
  /** How often the database is asked whether somebody else has written. */
  pollMs: number
  /** How long a hub outlives its last stream: a client that connects again finds it where it was. */
  lingerMs: number
  /** How long until a world's holder is looked for again. */
  retryMs: number
  report: (error: unknown) => void
}

interface Kept {
  world: FollowedWorld
  hub: Promise<Hub>
  users: number
  timer?: NodeJS.Timeout
}

export const createHubs = (options: HubsOptions): Hubs => {
  const { reads, ticks, hide, pollMs, lingerMs, retryMs, report } = options
  const kept = new Map<string, Kept>()
  let poll: NodeJS.Timeout | undefined
  let isClosed = false

  const make = async (world: FollowedWorld, settings: WorldSettings): Promise<Hub> =>
    createHub({ world, reads, ticks, settings, retryMs, report, start: await reads.cursor(world) })

  const drop = (worldId: string, entry: Kept): void => {
    if (entry.users > 0 || kept.get(worldId) !== entry) return
    kept.delete(worldId)
    entry.hub.then((hub) => hub.close()).catch(() => {})
  }

  const look = async (): Promise<void> => {
    const byTenant = Map.groupBy(kept.values(), ({ world }) => world.tenantId)
    for (const [tenantId, entries] of byTenant) {
      const heads = await reads.heads(
        tenantId,
        entries.map(({ world }) => world.worldId),
      )
      for (const { world, hub } of entries) {
        const seq = heads.get(world.worldId)
        if (seq !== undefined) (await hub).wake(seq)
      }
    }
  }

  const schedule = (): void => {
    poll = undefined
    if (isClosed || kept.size === 0) return
    poll = setTimeout(() => void look().catch(report).finally(schedule), pollMs)
    poll.unref()
  }

  return {
    use: async (world, settings) => {
      const { worldId } = world
      let entry = kept.get(worldId)
      if (entry === undefined) kept.set(worldId, (entry = { world, hub: make(world, settings), users: 0 }))
      const used = entry
      used.users++
      clearTimeout(used.timer)
      if (poll === undefined) schedule()
      const release = () => {
        if (--used.users > 0) return
        used.timer = setTimeout(() => drop(worldId, used), lingerMs)
        used.timer.unref()
      }
      try {
        return { hub: await used.hub, release }
      } catch (error) {
        used.users--
        drop(worldId, used)
        throw error
      }
    },
    changed: ({ worldId }, events) => {
      const last = events.at(-1)
      const entry = kept.get(worldId)
      if (entry === undefined || last === undefined) return
      // a reference stands for an event that is too large for a message: the log has it
      const whole = events.every((event) => !('reference' in event))
        ? (events as WorldEvent[]).map(hide)
        : undefined
      entry.hub.then((hub) => hub.wake(last.seq, whole)).catch(() => {})
    },
    close: () => {
      isClosed = true
      clearTimeout(poll)
      for (const { hub, timer } of kept.values()) {
        clearTimeout(timer)
        hub.then((made) => made.close()).catch(() => {})
      }
      kept.clear()
    },
  }
}
