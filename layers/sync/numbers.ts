/** Numbers that stand for the ids of a world's entities, the same for all of its streams. */
export interface Numbers {
  /** The entity's number, a new one where it has none. */
  of(id: string): number
  /** So many of this generation: 0 to one less. */
  given(): number
  /** Grows when the numbers begin anew: then those from before stand for nothing. */
  generation(): number
  /** Before a frame is numbered: begins anew where there are too many, so that a frame has numbers of one generation. */
  prepare(): void
}

/** About 100 MB; a world that has more entities that move is told more names. */
const mostNumbers = 2 ** 20

export const createNumbers = (limit = mostNumbers): Numbers => {
  const numbers = new Map<string, number>()
  let generation = 0
  return {
    of: (id) => {
      let number = numbers.get(id)
      if (number === undefined) numbers.set(id, (number = numbers.size))
      return number
    },
    given: () => numbers.size,
    generation: () => generation,
    prepare: () => {
      if (numbers.size <= limit) return
      numbers.clear()
      generation++
    },
  }
}

/** Of the numbers those that a stream has been told. */
export interface ToldNumbers {
  /**
   * Rows of the column whose numbers it has yet to be told, each number once; they count as told from now on.
   *
   * @param given how many numbers there were when the column was made
   */
  tell(column: Uint32Array, generation: number, given: number): number[]
}

export const createToldNumbers = (): ToldNumbers => {
  let bits = new Uint32Array(32)
  let generation = 0
  let count = 0
  let highest = -1
  return {
    tell: (column, columnGeneration, given) => {
      if (columnGeneration !== generation) {
        bits.fill(0)
        count = 0
        highest = -1
        generation = columnGeneration
      }
      const rows: number[] = []
      // most streams know all that there are
      if (count === highest + 1 && given <= count) return rows
      for (let row = 0; row < column.length; row++) {
        const number = column[row]!
        const word = number >>> 5
        const bit = 1 << (number & 31)
        if (word < bits.length && (bits[word]! & bit) !== 0) continue
        if (word >= bits.length) bits = grown(bits, word + 1)
        bits[word]! |= bit
        rows.push(row)
        count++
        highest = Math.max(highest, number)
      }
      return rows
    },
  }
}

const grown = (bits: Uint32Array<ArrayBuffer>, words: number): Uint32Array<ArrayBuffer> => {
  const larger = new Uint32Array(Math.max(words, 2 * bits.length))
  larger.set(bits)
  return larger
}
