import { mapConcurrently } from '#platform/map-concurrently'
import type { TickSlice, WantedRegions } from '../../tick-store.ts'
import type { Head } from './heads.ts'
import { bucketOf, type Item, names, partitionOf, partKey, type WrittenTick, writtenKey } from './keys.ts'
import { joinParts } from './parts.ts'
import { getItems, queryItems } from './read-items.ts'
import type { TicksTable } from './world-row.ts'

/** Regions of more than that are looked for among those that a tick has, which are fewer than a wide box has. */
const maxQueriedRegions = 64
const concurrency = 6

/** Slices by `writtenKey`; a tick that has gone meanwhile has no entry. */
type SlicesByTick = Map<string, TickSlice[]>

/** The slices of ticks that are not whole in their heads. */
export const readSlices = async (
  table: TicksTable,
  worldId: string,
  heads: readonly Head[],
  regions: WantedRegions,
): Promise<SlicesByTick> => {
  const found: SlicesByTick = new Map(heads.map((head) => [writtenKey(head), []]))
  if (heads.length === 0) return found
  if (regions === '*' || regions.length > maxQueriedRegions)
    await readNamed(table, worldId, heads, regions, found)
  else await readQueried(table, worldId, heads, regions, found)
  return found
}

/** One query for each region and bucket, whatever other regions there are. */
const readQueried = async (
  table: TicksTable,
  worldId: string,
  heads: readonly Head[],
  regions: readonly string[],
  found: SlicesByTick,
): Promise<void> => {
  const queries = Map.groupBy(heads, ({ tick }) => bucketOf(tick))
  const work = [...queries.values()].flatMap((inBucket) => regions.map((region) => ({ inBucket, region })))
  await mapConcurrently(work, concurrency, async ({ inBucket, region }) => {
    for (const [written, data] of await readRegion(table, worldId, region, inBucket))
      found.get(written)?.push({ region, data })
  })
}

/** What a region has in ticks of one bucket, by `writtenKey`; of other writers, too. */
const readRegion = async (
  table: TicksTable,
  worldId: string,
  region: string,
  inBucket: readonly Head[],
): Promise<Map<string, Uint8Array>> => {
  const partition = partitionOf(worldId, region, bucketOf(inBucket[0]!.tick))
  const range = { partition, from: writtenKey(inBucket[0]!), to: `${writtenKey(inBucket.at(-1)!)}/` }
  const items: Item[] = []
  for await (const item of queryItems(table, range)) items.push(item)
  const byTick = Map.groupBy(items, ({ key }) => key!.S!.slice(0, key!.S!.lastIndexOf('.')))
  return new Map([...byTick].map(([written, parts]) => [written, joinParts(parts)]))
}

/** Which regions a tick has, and the number of parts of each, as the row `names` says. */
export type RegionParts = [region: string, parts: number][]

const readNamed = async (
  table: TicksTable,
  worldId: string,
  heads: readonly Head[],
  regions: WantedRegions,
  found: SlicesByTick,
): Promise<void> => {
  const isWanted = regions === '*' ? () => true : (region: string) => wanted.has(region)
  const wanted = new Set(regions === '*' ? [] : regions)
  for (const inBucket of Map.groupBy(heads, ({ tick }) => bucketOf(tick)).values()) {
    const namesByTick = await readRegion(table, worldId, names, inBucket)
    await mapConcurrently(inBucket, concurrency, async (head) => {
      const key = writtenKey(head)
      const data = namesByTick.get(key)
      const listed =
        data === undefined ? undefined : (JSON.parse(Buffer.from(data).toString()) as RegionParts)
      const slices =
        listed &&
        (await getSlices(
          table,
          worldId,
          head,
          listed.filter(([region]) => isWanted(region)),
        ))
      if (slices === undefined) found.delete(key)
      else found.set(key, slices)
    })
  }
}

/** undefined: one of them has gone. */
const getSlices = async (
  table: TicksTable,
  worldId: string,
  written: WrittenTick,
  listed: RegionParts,
): Promise<TickSlice[] | undefined> => {
  const bucket = bucketOf(written.tick)
  const keys = listed.flatMap(([region, parts]) =>
    Array.from({ length: parts }, (_, part) => ({
      partition: { S: partitionOf(worldId, region, bucket) },
      key: { S: partKey(written, part) },
    })),
  )
  const items = new Map((await getItems(table, keys)).map((item) => [nameOf(item), item]))
  if (items.size < keys.length) return undefined
  let next = 0
  return listed.map(([region, parts]) => {
    const ofRegion = keys.slice(next, (next += parts)).map((key) => items.get(nameOf(key))!)
    return { region, data: joinParts(ofRegion) }
  })
}

const nameOf = ({ partition, key }: Item): string => `${key!.S}${partition!.S}`
