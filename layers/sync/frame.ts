import type { Cursor } from './cursor.ts'
import { addFact, type Facts, type Position, writtenPosition } from './facts.ts'

/** Where the physics has moved bodies to. */
export type Moves = Map<string, Position>

/** What leads the state of a world from one cursor to a later one: first what was written, then what has moved. */
export interface Frame {
  from: Cursor
  to: Cursor
  /** ISO 8601, of its end. */
  timestamp: string
  /** Ticks that were put together in it; 0: written changes alone. */
  ticks: number
  facts: Facts
  moves: Moves
}

/** One frame that does what the two do, the second of which goes on where the first ends. Neither is changed. */
export const mergeFrames = (first: Frame, second: Frame): Frame => {
  const facts: Facts = new Map(first.facts)
  const moves: Moves = new Map(first.moves)
  for (const [id, fact] of second.facts) {
    addFact(facts, id, fact)
    // what was written after a tick knows better than the tick
    if (fact.kind !== 'updated' || writtenPosition(fact) !== undefined) moves.delete(id)
  }
  for (const [id, position] of second.moves) moves.set(id, position)
  return {
    ...{ from: first.from, to: second.to, timestamp: second.timestamp },
    ...{ ticks: first.ticks + second.ticks, facts, moves },
  }
}

/** About what it takes in memory, for limits. */
export const frameBytes = ({ facts, moves }: Frame): number => {
  let bytes = moves.size * 120
  for (const fact of facts.values()) bytes += fact.kind === 'deleted' ? 100 : sizeOf(fact)
  return bytes
}

const sizeOf = (fact: object): number => JSON.stringify(fact).length * 2
