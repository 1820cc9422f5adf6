import type { HolderAddress } from './holder-ticks.ts'
import type { FollowedWorld } from './live-ticks.ts'
import type { HeldTicks } from './snapshots.ts'
import type { StoredTick, TickStore, WantedRegions } from './tick-store.ts'

/** Reads tick snapshots of a world, and where it is. */
export type ReadTicks = (
  world: FollowedWorld,
  range: { fromTick: number; toTick: number },
  regions: WantedRegions,
  limit: number,
) => Promise<HeldTicks>

/** From a store that every process reaches. */
export const ticksOfStore =
  (store: Pick<TickStore, 'latest' | 'read'>): ReadTicks =>
  async ({ worldId }, range, regions, limit) => ({
    latest: await store.latest(worldId),
    ticks: await store.read(worldId, range, regions, limit),
  })

interface Answer {
  latest: HeldTicks['latest'] | null
  ticks: (Omit<StoredTick, 'slices'> & { slices: { region: string; data: string }[] })[]
}

const patienceMs = 10_000

/** From the memory of the physics service that holds the world; nothing where nobody does. */
export const ticksOfHolder =
  (addressOf: HolderAddress): ReadTicks =>
  async (world, { fromTick, toTick }, regions, limit) => {
    const address = await addressOf(world)
    if (address === undefined) return { latest: undefined, ticks: [] }
    const query = new URLSearchParams({ from: `${fromTick}`, to: `${toTick}`, limit: `${limit}` })
    if (regions !== '*') query.set('regions', regions.join(','))
    const response = await fetch(`${address}/worlds/${world.worldId}/ticks?${query}`, {
      signal: AbortSignal.timeout(patienceMs),
    })
    if (!response.ok) throw new Error(`the physics service answered ${response.status}`)
    const { latest, ticks } = (await response.json()) as Answer
    return {
      latest: latest ?? undefined,
      ticks: ticks.map(({ slices, ...rest }) => ({
        ...rest,
        slices: slices.map(({ region, data }) => ({ region, data: Buffer.from(data, 'base64') })),
      })),
    }
  }
