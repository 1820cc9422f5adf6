/** One entity or connection on its way into a batch. */
export interface ImportItem {
  kind: 'entity' | 'connection'
  /** As the batch API takes it. */
  json: string
  /** Where it comes from, for people: `line 12`, `city:2988507`. */
  source: string
  /** How far the source is read behind it, in the source's units (items, or bytes of a file). */
  position: number
}

/** The source has an item that cannot be sent. */
export class BadItem extends Error {
  readonly code = 'bad-item'
}
