import type { Entity } from '#world/event'
import { type Filter, withComponents } from './filter.ts'
import type { FollowedWorld } from './live-ticks.ts'
import type { SyncReads } from './postgres/reads.ts'

const pageEntities = 1_000

/**
 * The entities in a filter, in pages. What lies in a shape is looked up, which takes as long as there is of it; a world without
 * one, or with more in it than `limit`, is walked through.
 */
export async function* pagesOf(
  reads: Pick<SyncReads, 'inside' | 'entities' | 'page'>,
  world: FollowedWorld,
  filter: Filter,
  limit: number,
): AsyncGenerator<Entity[]> {
  const inside = filter.shape && (await reads.inside(world, filter, limit))
  if (inside === undefined) {
    for (let after: string | null = ''; after !== null; ) {
      const { entities, next } = await reads.page(world, filter, after)
      yield entities
      after = next
    }
    return
  }
  const ids = [...inside.keys()].sort()
  for (let at = 0; at < ids.length; at += pageEntities) {
    const page = ids.slice(at, at + pageEntities)
    const found = await reads.entities(world, page)
    yield page.flatMap((id) => {
      const entity = found.get(id)
      // one that was deleted meanwhile is the stream's to tell
      if (entity === undefined) return []
      return [{ ...withComponents(entity, filter), position: [...inside.get(id)!] as Entity['position'] }]
    })
  }
}
