import type pg from 'pg'
import { targetOf } from './effect.ts'
import { loadDerived, loadDerivedPage } from './postgres/derived.ts'
import type { FoldedTarget } from './refold.ts'

const pageTargets = 2_000

/**
 * Every target of either generation, in pages: as `live` has it and as `wanted` has it. Targets that only `live` has are
 * not wanted.
 */
export async function* allTargets(
  client: pg.ClientBase,
  worldId: string,
  live: number,
  wanted: number,
): AsyncGenerator<FoldedTarget[]> {
  for await (const page of pagesOf(client, worldId, wanted)) {
    const before = await loadDerived(
      client,
      { worldId, generation: live },
      page.map(({ targetKey }) => targetKey),
    )
    yield page.map(({ targetKey, target, derived, eventName }) => ({
      ...{ target: targetOf(target), targetKey, eventName },
      before: before.get(targetKey)?.derived ?? null,
      wanted: derived,
    }))
  }
  for await (const page of pagesOf(client, worldId, live)) {
    const kept = await loadDerived(
      client,
      { worldId, generation: wanted },
      page.map(({ targetKey }) => targetKey),
    )
    yield page
      .filter(({ targetKey }) => !kept.has(targetKey))
      .map(({ targetKey, target, derived, eventName }) => ({
        ...{ target: targetOf(target), targetKey, eventName, before: derived, wanted: null },
      }))
  }
}

async function* pagesOf(client: pg.ClientBase, worldId: string, generation: number) {
  for (let after: string | null = null; ; ) {
    const page = await loadDerivedPage(client, worldId, generation, after, pageTargets)
    if (page.length > 0) yield page
    if (page.length < pageTargets) return
    after = page.at(-1)!.targetKey
  }
}
