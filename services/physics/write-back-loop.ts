import { setTimeout as sleep } from 'node:timers/promises'
import type { Boundary } from './boundary.ts'
import type { RetryOptions } from './retry.ts'
import type { Simulation } from './simulation.ts'
import type { TickWriter } from './tick-writer.ts'
import { settleWritten, takeDirty, type WriteBackTarget, writeBack } from './write-back.ts'

/** Brings the rows of a world up to its bodies, at most every so often. */
export interface WriteBackLoop {
  start(): void
  /** Ends the loop and writes everything that is left; the world's own loop has ended. */
  finish(): Promise<void>
  /** Entities whose rows are being removed. */
  removing(): readonly string[]
  /** The rows are as bodies were after this tick, or later. */
  writtenTick(): number
}

export interface WriteBackLoopOptions extends WriteBackTarget {
  simulation: Simulation
  boundary: Boundary
  writer: TickWriter
  everyMs: number
  /** As of the beginning: see `writtenTick`. */
  writtenTick: number
  retry: RetryOptions
  /** Called with what ends the writing. */
  fail: (error: unknown) => void
}

export const createWriteBackLoop = (options: WriteBackLoopOptions): WriteBackLoop => {
  const { simulation, boundary, writer, everyMs, retry, fail } = options
  const finishing = new AbortController()
  const ended = AbortSignal.any([finishing.signal, retry.signal])
  let removing: string[] = []
  let next = 0
  let { writtenTick } = options
  let isWriting = false
  let loop = Promise.resolve()

  const write = async (): Promise<void> => {
    if (!simulation.hasDirty) return
    const { cut, isAll } = await boundary.run(() => {
      const taken = takeDirty(simulation, next)
      removing = taken.removed
      isWriting = true
      return { cut: taken, isAll: !simulation.hasDirty }
    })
    next = cut.next
    await writer.untilDurable(cut.tick)
    await writeBack(options, cut, retry)
    settleWritten(simulation)
    removing = []
    isWriting = false
    if (isAll) writtenTick = cut.tick
  }

  const run = async (): Promise<void> => {
    try {
      while (!ended.aborted) {
        await sleep(everyMs, undefined, { signal: ended }).catch(() => {})
        if (!ended.aborted) await write()
      }
    } catch (error) {
      fail(error)
    }
  }

  return {
    start: () => {
      loop = run()
    },
    finish: async () => {
      finishing.abort()
      await loop
      while (simulation.hasDirty) await write()
    },
    removing: () => removing,
    writtenTick: () => (simulation.hasDirty || isWriting ? writtenTick : simulation.tick),
  }
}
