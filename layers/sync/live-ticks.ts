import type { Moves } from './frame.ts'

/** What the physics tells of a region after a tick, for clients to compare with: docs/sync-protocol.md. */
export interface Digest {
  /** `e:x:y:z`, or `*` for the whole world. */
  region: string
  count: number
  /** 8 hexadecimal digits. */
  hash: string
}

/** Ticks of a world that somebody holds, one or several together. */
export interface LiveTick {
  tick: number
  /** The last event that it had taken up. */
  seq: number
  timestamp: string
  /** So many ticks after what was told before; 0: nothing but where the holder is. */
  ticks: number
  /** Bodies that have moved in them, and where they are after `tick`. */
  moves: Moves
  digests: readonly Digest[]
  /** The holder does not know what moved after the tick that was asked for; `moves` is empty. */
  isCut: boolean
}

export interface FollowedWorld {
  tenantId: string
  worldId: string
}

/** Where the simulated changes of worlds come from. */
export interface LiveTicks {
  /**
   * What the world's holder tells after that tick, as soon as each tick is durable; first of all where it is. Ends when the holder does, or the signal, and at once where nobody holds the world.
   */
  follow(world: FollowedWorld, afterTick: number, signal: AbortSignal): AsyncIterable<LiveTick>
}
