import type { StoredTick } from '../../tick-store.ts'
import { fitsInHead, toHead } from './heads.ts'
import { type Item, names } from './keys.ts'
import { partsOf, toParts } from './parts.ts'
import type { RegionParts } from './read-slices.ts'

/**
 * Rows go by themselves so long after nobody reads them any more: whoever found a head has time for what it names,
 * whichever clocks they have.
 */
const marginMs = 60_000

/** All items of a tick. */
export const toItems = (worldId: string, writer: string, stored: StoredTick, heldUntilMs: number): Item[] => {
  const { tick, slices } = stored
  const expiresAt = Math.ceil((heldUntilMs + marginMs) / 1_000)
  const head = toHead(worldId, writer, stored, heldUntilMs, expiresAt)
  if (fitsInHead(slices)) return [head]
  const listed: RegionParts = slices.map(({ region, data }) => [region, partsOf(data)])
  const rows = [...slices, { region: names, data: Buffer.from(JSON.stringify(listed)) }]
  return [
    head,
    ...rows.flatMap(({ region, data }) => toParts(worldId, region, { tick, writer }, data, expiresAt)),
  ]
}
