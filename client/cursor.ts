import { ProtocolFault } from './protocol-fault.ts'

/** All events of the world's log up to `seq` and all ticks up to `tick` are in. */
export interface Cursor {
  seq: number
  tick: number
}

/** Neither number of `a` is smaller: what leads to `b` is old for one who is at `a`. */
export const covers = (a: Cursor, b: Cursor): boolean => a.seq >= b.seq && a.tick >= b.tick

/** `120.4093` */
export const formatCursor = ({ seq, tick }: Cursor): string => `${seq}.${tick}`

/** @throws ProtocolFault */
export const parseCursor = (text: unknown): Cursor => {
  const match = typeof text === 'string' ? /^(\d+)\.(\d+)$/.exec(text) : null
  if (match === null) throw new ProtocolFault(`a cursor has the form seq.tick, not ${JSON.stringify(text)}`)
  return { seq: Number(match[1]), tick: Number(match[2]) }
}
