/** Where in the story something stands: by time, then by chronicle, event and place in the event. */
export interface StoryOrder {
  /** Milliseconds since 1970. */
  toldAt: number
  chronicleId: string
  eventId: string
  ordinal: number
}

export const compareStoryOrder = (a: StoryOrder, b: StoryOrder): number =>
  a.toldAt - b.toldAt ||
  compareText(a.chronicleId, b.chronicleId) ||
  compareText(a.eventId, b.eventId) ||
  a.ordinal - b.ordinal

/** As PostgreSQL's collation "C" does: by the bytes of UTF-8, which UTF-16 orders otherwise beyond U+D7FF. */
export const compareText = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
