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

/** Tells whether somebody looks, and whether there is a network and the page runs, where the platform knows; answers a function that ends it. */
export const watchPage = (
  dispatch: (event: SyncEvent) => void,
  page: Page = globalThis as Page,
): (() => void) => {
  const { document } = page
  const look = () => dispatch({ type: document?.visibilityState === 'hidden' ? 'hidden' : 'visible' })
  const online = () => dispatch({ type: 'online' })
  const offline = () => dispatch({ type: 'offline' })
  const resume = () => (page.navigator?.onLine === false ? offline() : online())
  const listeners = [
    [document, 'visibilitychange', look],
    [page, 'online', online],
    [page, 'offline', offline],
    // Chromium leaves the stream of a page that it froze without a word when the page runs again
    [document, 'freeze', offline],
    [document, 'resume', resume],
  ] as const
  for (const [target, type, listener] of listeners) target?.addEventListener?.(type, listener)
  // what has happened while nobody listened
  look()
  resume()
  return () => {
    for (const [target, type, listener] of listeners) target?.removeEventListener?.(type, listener)
  }
}
