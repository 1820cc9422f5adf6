import { signal } from '@preact/signals'
import { api, explain } from '../api.ts'
import { pagesOf } from '../pages.ts'

export interface WorldItem {
  worldId: string
  name: string
  seq: number
  entityCount: number
  relationshipCount: number
  updatedAt: string
  parent: { name: string; seq: number } | null
}

/** Of the tenant; undefined: not known yet. */
export const worlds = signal<readonly WorldItem[] | undefined>(undefined)
export const worldsFault = signal<string | undefined>(undefined)

/** More are named by their address. */
const mostWorlds = 2_000

export const loadWorlds = async (): Promise<void> => {
  try {
    worlds.value = await pagesOf(
      (cursor) => api().page('/worlds', { query: { cursor, limit: '1000' } }),
      (body) => body.worlds,
      mostWorlds,
    )
    worldsFault.value = undefined
  } catch (error) {
    worldsFault.value = explain(error)
  }
}
