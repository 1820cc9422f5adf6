import type { Clock } from '../runtime.ts'

/** A time that passes when it is told to. */
export interface ModelClock extends Clock {
  /** That nobody can set. */
  time(): number
  /** Lets so much pass, and what was due in it happen. */
  pass(ms: number): void
  /** Sets the clock that is shown; what is due does not care. */
  jump(ms: number): void
}

export const createModelClock = (random: () => number): ModelClock => {
  let time = 0
  let shownOffset = 1_000_000_000
  let order = 0
  const due: { at: number; order: number; call: () => void }[] = []
  const isBefore = (a: { at: number; order: number }, b: { at: number; order: number }) =>
    a.at < b.at || (a.at === b.at && a.order < b.order)
  return {
    now: () => time + shownOffset,
    time: () => time,
    random,
    after(delayMs, call) {
      const entry = { at: time + Math.max(0, delayMs), order: order++, call }
      let place = due.length
      while (place > 0 && isBefore(entry, due[place - 1]!)) place--
      due.splice(place, 0, entry)
      return () => {
        const at = due.indexOf(entry)
        if (at !== -1) due.splice(at, 1)
      }
    },
    pass(ms) {
      const end = time + ms
      while (due.length > 0 && due[0]!.at <= end) {
        const { at, call } = due.shift()!
        time = at
        call()
      }
      time = end
    },
    jump(ms) {
      shownOffset += ms
    },
  }
}
