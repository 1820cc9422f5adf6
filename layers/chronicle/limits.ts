/** Of one chronicle event. */
export const eventLimits = {
  actors: 64,
  valence: 64,
  keywords: 64,
  items: 64,
  /** Ids that it is caused by, and ids that it causes. */
  causality: 256,
  summaryCharacters: 4_096,
  dataBytes: 64 * 1024,
  /** As JSON. */
  eventBytes: 128 * 1024,
} as const

/** Events of one batch, and of one command. */
export const batchEventLimit = 5_000
/** Events of one body of lines; they are recorded together. */
export const lineLimit = 10_000
