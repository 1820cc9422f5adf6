import { setTimeout as sleep } from 'node:timers/promises'

export interface EveryOptions {
  ms: number
  /** After a failure. */
  againMs: number
  signal: AbortSignal
  /** What failed, the first time in a row. */
  report: (error: unknown) => void
}

/** Does the work again and again until the signal ends it. */
export const every = async (
  { ms, againMs, signal, report }: EveryOptions,
  work: () => Promise<void>,
): Promise<void> => {
  let failures = 0
  while (!signal.aborted) {
    try {
      await work()
      failures = 0
    } catch (error) {
      if (failures++ === 0 && !signal.aborted) report(error)
    }
    await sleep(failures === 0 ? ms : againMs, undefined, { signal }).catch(() => {})
  }
}

/** @throws Error where the work takes longer; it goes on by itself. */
export const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
