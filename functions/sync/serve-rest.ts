import { type RestContext, tickAtRest } from '#physics/rest-tick'
import type { TickStore } from '#sync/tick-store'

export interface ServeContext extends RestContext {
  store: TickStore
}

/** Ticks that one call makes at most: a world that is written to all the time is rung for all the time. */
const mostTicks = 100

/**
 * Ticks a world at rest until it has taken up its log. A tick whose snapshot cannot be stored stands all the same: readers
 * are told of the gap.
 *
 * @returns how many ticks it made
 */
export const serveRest = async ({ store, ...context }: ServeContext, worldId: string): Promise<number> => {
  for (let made = 0; made < mostTicks; made++) {
    const tick = await tickAtRest(context, worldId)
    if (tick === undefined) return made
    const { lease, stored } = tick
    await store.put({ worldId, token: lease.token }, stored.slices.length > 0 ? [stored] : [], stored)
  }
  return mostTicks
}
