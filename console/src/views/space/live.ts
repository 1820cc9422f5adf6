import { signal } from '@preact/signals'
import {
  type Box,
  type Cast,
  createStateSync,
  type FarCell,
  type StateSync,
  type SyncStatus,
} from '../../../../client/index.ts'
import { syncAccess } from '../../api.ts'

/** So many entities are held whole, with every field; of more only what is drawn; of more yet only those in a box. */
export const holdLimits = { full: 50_000, limited: 150_000 }

export interface LivePlan {
  cast: Cast
  isWhole: boolean
}

/** Colours by activity and flux position need every field. */
export const planOf = (entityCount: number, needsFields: boolean): LivePlan => {
  const cast = needsFields || entityCount <= holdLimits.full ? 'full' : 'limited'
  return { cast, isWhole: entityCount <= holdLimits[cast] }
}

export interface Live {
  sync: StateSync
  status: { value: SyncStatus }
  /** Aggregates of what lies outside of the box. */
  far: { value: readonly FarCell[] }
  close(): void
}

/** Follows a world, or a box of it, at most 20 frames a second, which are drawn as one movement. */
export const follow = (world: string, { cast }: LivePlan, box?: Box, farExponent?: number): Live => {
  const wishes = { ...(box && { box }), ...(farExponent !== undefined && { far: farExponent }) }
  const sync = createStateSync({ ...syncAccess(), world, cast, rate: 20, ...wishes })
  const status = signal<SyncStatus>({ state: sync.state, error: null, reason: null })
  const far = signal<readonly FarCell[]>([])
  const ends = [sync.onStatus((next) => (status.value = next)), sync.onFar((cells) => (far.value = cells))]
  return {
    ...{ sync, status, far },
    close() {
      for (const end of ends) end()
      sync.close()
    },
  }
}
