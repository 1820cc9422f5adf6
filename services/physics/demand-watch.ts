import type { DemandBell, DemandReason } from '#relay/demand'

/** What decides how many processes are needed, as far as this one can see. */
export interface Held {
  /** Worlds that it holds. */
  worlds: number
  /** Those of them that move by themselves. */
  moving: number
}

/** Has the processes counted anew when that may come to another number than last time. */
export interface DemandWatch {
  /** To be called again and again. @throws what the queue throws; the next call tries again */
  look(held: Held): Promise<void>
}

export const createDemandWatch = (bell: DemandBell): DemandWatch => {
  let last: Held | undefined
  return {
    look: async (held) => {
      const reason = reasonToCount(last, held)
      if (reason !== undefined) await bell.ring(reason)
      last = held
    },
  }
}

const reasonToCount = (before: Held | undefined, { worlds, moving }: Held): DemandReason | undefined => {
  if (before === undefined) return 'start'
  if (worlds === 0 && before.worlds > 0) return 'idle'
  return moving === before.moving ? undefined : 'activity'
}
