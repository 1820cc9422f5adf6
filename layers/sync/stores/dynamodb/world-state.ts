import type { FullStatePointer, StoredTick, TickWriterFence } from '../../tick-store.ts'
import { TickFenceLost } from '../../tick-store.ts'
import { bucketOf, bucketTicks, type WrittenTick } from './keys.ts'

/**
 * How far a world is and who writes it: the one row whose change makes a put visible, all of it at once. A tick is there
 * where it is not after `tick`, and was written by who owned it.
 */
export interface WorldState {
  token: number
  /** −1: nothing has been put. */
  tick: number
  latest: { tick: number; seq: number; timestamp: string } | null
  full: FullStatePointer | null
  heldUntilMs: number
  /** Another one after the world was forgotten. */
  life: string
  /** [writer, tick]: whose the ticks after this one are, up to the next owner's; ascending. */
  owners: [string, number][]
  /** [bucket, milliseconds]: buckets that have ticks, and until when the last of them is held; ascending. */
  buckets: [number, number][]
}

export const nothing = (life: string): WorldState => ({
  ...{ token: 0, tick: -1, latest: null, full: null, heldUntilMs: 0, life },
  ...{ owners: [], buckets: [] },
})

/** What is left of it: where all has expired, the token. */
export const currentState = (state: WorldState, nowMs: number, newLife: () => string): WorldState =>
  state.heldUntilMs > nowMs ? state : { ...nothing(newLife()), token: state.token }

/** The state with this writer as the owner of what comes. @throws TickFenceLost */
export const claimState = (state: WorldState, { token }: TickWriterFence, writer: string): WorldState => {
  if (token < state.token) throw new TickFenceLost()
  const last = state.owners.at(-1)
  if (last?.[0] === writer) return { ...state, token }
  // whoever owned nothing that came is no owner
  const before = last?.[1] === state.tick ? state.owners.slice(0, -1) : state.owners
  return { ...state, token, owners: [...before, [writer, state.tick]] }
}

/** So many writers may follow each other while one tick is held; what the first of more wrote is not read. */
const maxOwners = 200

/** The state after a put. `ticks`: those that are new. */
export const advanceState = (
  state: WorldState,
  ticks: readonly StoredTick[],
  latest: { tick: number; seq: number; timestamp: string },
  times: { nowMs: number; heldUntilMs: number },
): WorldState => {
  const buckets = new Map(state.buckets.filter(([, untilMs]) => untilMs > times.nowMs))
  for (const { tick } of ticks) buckets.set(bucketOf(tick), times.heldUntilMs)
  const oldestTick = ([...buckets.keys()][0] ?? bucketOf(latest.tick)) * bucketTicks
  const isAhead = latest.tick >= state.tick
  return {
    ...state,
    tick: isAhead ? latest.tick : state.tick,
    latest: isAhead ? { ...latest } : state.latest,
    heldUntilMs: Math.max(state.heldUntilMs, times.heldUntilMs),
    owners: state.owners
      .filter((_, index) => (state.owners[index + 1]?.[1] ?? Infinity) >= oldestTick)
      .slice(-maxOwners),
    buckets: [...buckets],
  }
}

/** Whether a row that was found is part of the world. */
export const isCommitted = ({ tick, owners }: WorldState, written: WrittenTick): boolean =>
  written.tick <= tick && owners.findLast(([, after]) => after < written.tick)?.[0] === written.writer
