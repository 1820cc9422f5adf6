import type { WorldView } from './entity-store.ts'
import { guarded } from './listeners.ts'
import { sameChoice } from './same.ts'

/** Selectors of a view whose choices are watched. */
export const createSelections = (view: WorldView) => {
  const checks = new Set<() => void>()
  return {
    add<T>(select: (world: WorldView) => T, listener: (chosen: T, before: T) => void): () => void {
      let chosen = select(view)
      const check = () => {
        const before = chosen
        const next = select(view)
        if (sameChoice(before, next)) return
        chosen = next
        listener(next, before)
      }
      checks.add(check)
      return () => {
        checks.delete(check)
      }
    },
    /** After the view has changed. */
    check(): void {
      for (const check of checks) guarded(check)
    },
  }
}
