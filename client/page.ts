import type { SyncEvent } from './sync-machine.ts'

interface Target {
  addEventListener?(type: string, listener: () => void): void
  removeEventListener?(type: string, listener: () => void): void
}

/** What a browser has of these; Node, Deno and workers have some or none. */
interface Page extends Target {
  document?: Target & { visibilityState?: string }
  navigator?: { onLine?: boolean }
}

/** Tells whether somebody looks and whether there is a network, where the platform knows; answers a function that ends it. */
export const watchPage = (
  dispatch: (event: SyncEvent) => void,
  page: Page = globalThis as Page,
): (() => void) => {
  const { document } = page
  const look = () => dispatch({ type: document?.visibilityState === 'hidden' ? 'hidden' : 'visible' })
  const online = () => dispatch({ type: 'online' })
  const offline = () => dispatch({ type: 'offline' })
  const listeners = [
    [document, 'visibilitychange', look],
    [page, 'online', online],
    [page, 'offline', offline],
  ] as const
  for (const [target, type, listener] of listeners) target?.addEventListener?.(type, listener)
  // what has happened while nobody listened
  look()
  if (page.navigator?.onLine === false) offline()
  else online()
  return () => {
    for (const [target, type, listener] of listeners) target?.removeEventListener?.(type, listener)
  }
}
