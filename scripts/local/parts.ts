/** How one part of the stack came up. */
export interface PartReport {
  name: string
  what: string
  ms: number
}

export class StartInterrupted extends Error {
  readonly code = 'start-interrupted'
}

/** The parts that run, in the order in which they came up. */
export interface Parts {
  /**
   * Starts the next part. Where that fails, or `signal` was aborted meanwhile, those before it are stopped.
   *
   * @throws StartInterrupted
   */
  start<T>(part: PartDefinition<T>): Promise<T>
  /** Stops all, last first; what one of them fails with is told and keeps no other from stopping. */
  stop(): Promise<void>
  /** Ends the processes of all parts at once and hard. */
  kill(): void
}

export interface PartDefinition<T> {
  name: string
  start(): Promise<T>
  /** What came up, in a few words; a part without it is not reported. */
  describe?(running: T): string
  stop?(running: T): Promise<unknown> | unknown
  kill?(running: T): void
}

export interface PartsOptions {
  report: (part: PartReport) => void
  log: (line: string) => void
  signal?: AbortSignal | undefined
}

export const createParts = ({ report, log, signal }: PartsOptions): Parts => {
  const running: { name: string; stop(): unknown; kill(): void }[] = []
  const stop = async () => {
    for (let part = running.pop(); part !== undefined; part = running.pop()) {
      try {
        await part.stop()
      } catch (error) {
        log(`${part.name} did not stop cleanly: ${(error as Error).message}`)
      }
    }
  }
  const start = async <T>(part: PartDefinition<T>): Promise<T> => {
    const startedAt = performance.now()
    try {
      if (signal?.aborted) throw new StartInterrupted('interrupted')
      const started = await part.start()
      running.push({
        name: part.name,
        stop: () => part.stop?.(started),
        kill: () => part.kill?.(started),
      })
      if (signal?.aborted) throw new StartInterrupted('interrupted')
      const ms = Math.round(performance.now() - startedAt)
      if (part.describe !== undefined) report({ name: part.name, what: part.describe(started), ms })
      return started
    } catch (error) {
      await stop()
      throw error
    }
  }
  const kill = () => {
    for (const part of running) part.kill()
  }
  return { start, stop, kill }
}
