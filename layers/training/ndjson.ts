import type { Sample } from './sample.ts'

/** One line a sample. */
export const samplesAsLines = (samples: readonly Sample[]): string =>
  samples.map((sample) => `${JSON.stringify(sample)}\n`).join('')

/** Pieces of text, a page each. */
export async function* ndjsonPieces(pages: AsyncIterable<Sample[]>): AsyncGenerator<string> {
  for await (const page of pages) if (page.length > 0) yield samplesAsLines(page)
}
