import { useCallback, useRef, useSyncExternalStore } from 'react'
import type { WorldView } from './entity-store.ts'
import { sameChoice } from './same.ts'
import type { StateSync, SyncStatus } from './state-sync.ts'

/**
 * What `select` chooses of the world; renders again when that is another value, or an array of others. It is called once
 * for each state of the world, and again when a render brings another selector.
 */
export const useWorld = <T>(sync: StateSync, select: (world: WorldView) => T): T => {
  const last = useRef<{ version: number; sync: StateSync; select: unknown; chosen: T } | null>(null)
  const choose = (): T => {
    const before = last.current
    if (before?.sync === sync && before.version === sync.version && before.select === select)
      return before.chosen
    const next = select(sync)
    const chosen = before !== null && sameChoice(before.chosen, next) ? before.chosen : next
    last.current = { version: sync.version, sync, select, chosen }
    return chosen
  }
  const subscribe = useCallback((listener: () => void) => sync.onChange(listener), [sync])
  return useSyncExternalStore(subscribe, choose, choose)
}

/** How the client fares: to show that one is offline, or why it has closed. */
export const useSyncStatus = (sync: StateSync): SyncStatus => {
  const last = useRef<SyncStatus | null>(null)
  const read = (): SyncStatus => {
    const { state, error, reason } = sync
    const before = last.current
    if (before?.state === state && before.error === error && before.reason === reason) return before
    return (last.current = { state, error, reason })
  }
  const subscribe = useCallback((listener: () => void) => sync.onStatus(listener), [sync])
  return useSyncExternalStore(subscribe, read, read)
}
