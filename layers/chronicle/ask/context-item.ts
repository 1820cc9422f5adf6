import type { Citation } from '../questions/source.ts'

export const sections = ['events', 'entities', 'relationships', 'surroundings', 'contradictions'] as const
export type Section = (typeof sections)[number]

/** Something for a bundle, as data and as a line of text. */
export interface ContextItem {
  value: object
  /** Without line breaks: what was written by others stands in JSON's quotes. */
  line: string
  citations: Citation[]
}

/** Best first. */
export type Gathered = Record<Section, ContextItem[]>
