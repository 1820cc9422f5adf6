import { checkTexts, type Embedder, isBlank, normalise } from './embedder.ts'

const dimensions = 256
/**
 * Of 34,000 different events, to words that none has the nearest come to 0.37 by chance, and where the name that is asked
 * for is in an event, to 0.45 and more.
 */
const floor = 0.4
/** Of characters, with a mark at both ends of the word: short enough for names that are misspelled or inflected. */
const gramLengths = [3, 4]
/** Beside a whole word, which weighs 1. */
const gramWeight = 0.35

/**
 * Feature hashing of words and of character n-grams (Weinberger et al., ICML 2009: a sign of its own for each feature,
 * so that collisions cancel out on average), weighted by the square root of how often they occur. It is lexical: it
 * finds the same and similar words, and knows nothing of their meaning. Good enough for tests and laptops, for nothing
 * more. Without network, and the same on every machine: integers, + × ÷ √.
 */
export const createHashingEmbedder = (): Embedder => ({
  name: `hashing.v1/${dimensions}`,
  dimensions,
  floor,
  embed: async (texts) => {
    checkTexts(texts)
    return texts.map(hashText)
  },
})

const hashText = (text: string): Float32Array => {
  const vector = new Float32Array(dimensions)
  if (isBlank(text)) return vector
  const sums = new Float64Array(dimensions)
  const words = new Map<number, number>()
  const grams = new Map<number, number>()
  for (const word of wordsOf(text)) countFeatures(word, words, grams)
  addFeatures(sums, words, 1)
  addFeatures(sums, grams, gramWeight)
  // features that cancel each other out to nothing would make it equal to no text at all
  if (sums.every((sum) => sum === 0)) sums[hashOf(text, 0, text.length) % dimensions] = 1
  vector.set(sums)
  return normalise(vector)
}

/** Features are told apart by their hash of 32 bits. */
const countFeatures = (word: string, words: Map<number, number>, grams: Map<number, number>): void => {
  const marked = `<${word}>`
  count(words, hashOf(marked, 0, marked.length))
  for (const length of gramLengths)
    for (let start = 0; start + length <= marked.length; start++)
      count(grams, hashOf(marked, start, start + length))
}

const count = (features: Map<number, number>, hash: number): void => {
  features.set(hash, (features.get(hash) ?? 0) + 1)
}

const addFeatures = (sums: Float64Array, features: Map<number, number>, weight: number): void => {
  for (const [hash, occurrences] of features)
    sums[hash % dimensions]! += (hash >>> 31 === 0 ? weight : -weight) * Math.sqrt(occurrences)
}

/** Without case and accents; a symbol, such as a picture of a face, is a word of its own. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+|\p{S}/gu) ?? []

/** FNV-1a over UTF-16 units with the finaliser of MurmurHash3, whose every bit depends on all of them. */
const hashOf = (text: string, start: number, end: number): number => {
  let hash = 0x811c9dc5
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
