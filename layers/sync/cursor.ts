/** How far a client, or a frame, is: in all events of the log up to `seq`, and all ticks up to `tick`. */
export interface Cursor {
  seq: number
  tick: number
}

const pattern = /^(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})$/

/** `seq.tick`, as the ids of server-sent events have it. */
export const formatCursor = ({ seq, tick }: Cursor): string => `${seq}.${tick}`

/** undefined for anything that `formatCursor` does not make. */
export const parseCursor = (text: string): Cursor | undefined => {
  const match = pattern.exec(text)
  return match === null ? undefined : { seq: Number(match[1]), tick: Number(match[2]) }
}
