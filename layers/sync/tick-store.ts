/** What changed in one region in one stored tick; `data` is opaque to the store. */
export interface TickSlice {
  /** `e:x:y:z`, of the world's interest size. */
  region: string
  data: Uint8Array
}

/** One tick, or several that were put together, in which something changed. */
export interface StoredTick {
  /** The last one in it. */
  tick: number
  /** The first one in it; `tick` where it is one alone. */
  firstTick: number
  /** All written changes after this seq, up to `seq`, are in it. */
  afterSeq: number
  /** The last event that the tick had taken up. */
  seq: number
  /** ISO 8601, of the tick. */
  timestamp: string
  /** Each region once; in no order. */
  slices: TickSlice[]
}

/** A full state in the object store. */
export interface FullStatePointer {
  tick: number
  seq: number
  key: string
}

export interface LatestTick {
  /** The last tick that was made, be it that nothing changed in it. */
  tick: number
  seq: number
  timestamp: string
  /** The oldest stored tick that has not expired; null: none is held. */
  oldestTick: number | null
  full: FullStatePointer | null
}

/** Who writes: the holder of the world's lease. */
export interface TickWriterFence {
  worldId: string
  /** Grows with each holder; a write under a smaller one than the world has seen is refused. */
  token: number
}

/** Which regions' slices a reader wants. */
export type WantedRegions = readonly string[] | '*'

/** The token is behind that of another writer of the world. */
export class TickFenceLost extends Error {
  readonly code = 'tick-fence-lost'
}

/**
 * Tick snapshots, for minutes. One conformance suite (test/conformance/tick-store-suite.ts) says how adapters behave.
 *
 * Ticks are put in order, by one call at a time for a world. One that is not after the world's latest is left out: it is
 * there already (a redelivery), so `put` is idempotent. An expired tick is never read, be it that it is still stored. A
 * reader sees a tick whole or not at all. What a reader was given it must not change.
 */
export interface TickStore {
  /**
   * Stores ticks and that the world has come to `latest`, which may be later than the last of them. Where it fails
   * otherwise than by the fence, it may be repeated.
   *
   * @throws TickFenceLost: nothing has changed
   */
  put(
    fence: TickWriterFence,
    ticks: readonly StoredTick[],
    latest: { tick: number; seq: number; timestamp: string },
  ): Promise<void>
  /** Where the last full state is; forgotten with the world's `latest`. @throws TickFenceLost */
  putFull(fence: TickWriterFence, full: FullStatePointer): Promise<void>
  /**
   * Stored ticks that end in [fromTick, toTick], in order, at most `limit`, with the slices of these regions alone: a tick
   * without any of them is there too, with none.
   */
  read(
    worldId: string,
    range: { fromTick: number; toTick: number },
    regions: WantedRegions,
    limit: number,
  ): Promise<StoredTick[]>
  /** undefined: nobody has put anything that has not expired; a world that stands still is not forgotten sooner than its ticks. */
  latest(worldId: string): Promise<LatestTick | undefined>
  close(): Promise<void>
}

export interface TickStoreOptions {
  /** How long a tick is held. */
  ttlSeconds: number
  now: () => Date
}
