import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `probe` answers something truthy, and answers it; what it throws counts as not yet.
 *
 * @throws Error with the last answer or error when the time is up.
 */
export const until = async <T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 20_000,
): Promise<NonNullable<T>> => {
  const end = performance.now() + withinMs
  for (let last: unknown; ; await sleep(20)) {
    try {
      const answer = await probe()
      if (answer) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what} (last: ${String(last)})`)
  }
}
