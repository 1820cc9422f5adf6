import { exponentOf, regionAt } from './digest.ts'
import type { Position } from './entity.ts'

const mostEntries = 64
const mostPlaces = 256

/** Where entities were written of late: what a digest that knows fewer events says of these regions proves nothing. */
export interface WrittenPlaces {
  /** Events up to `seq` touched entities at these places. */
  note(seq: number, places: readonly Position[]): void
  /** Whether something in the region may have been written after `seq`, which only grows. */
  isWritten(region: string, seq: number): boolean
  clear(): void
}

export const createWrittenPlaces = (): WrittenPlaces => {
  let entries: { seq: number; places: readonly Position[] | '*' }[] = []
  let forgottenSeq = 0
  return {
    note(seq, places) {
      entries.push({ seq, places: places.length > mostPlaces ? '*' : places })
      if (entries.length > mostEntries) forgottenSeq = entries.shift()!.seq
    },
    isWritten(region, seq) {
      entries = entries.filter((entry) => entry.seq > seq)
      const exponent = exponentOf(region)
      const isIn = (place: Position) => regionAt(place, exponent) === region
      return forgottenSeq > seq || entries.some(({ places }) => places === '*' || places.some(isIn))
    },
    clear() {
      entries = []
      forgottenSeq = 0
    },
  }
}
