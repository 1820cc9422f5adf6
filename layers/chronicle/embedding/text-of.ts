import type { ChronicleEvent } from '../chronicle-event.ts'
import { embedderLimits } from './embedder.ts'

/** What of an event is embedded: what it says, who took part, what they did, and its keywords; cut at the embedder's limit. */
export const textOf = ({ summary, actors, action, keywords }: ChronicleEvent): string => {
  const names = [...new Set(actors.map(({ name }) => name))]
  const lines = [summary, names.join(', '), action, keywords.join(', ')]
  // half a character at the cut is none
  return lines
    .filter((line) => line !== '')
    .join('\n')
    .slice(0, embedderLimits.characters)
    .toWellFormed()
}
