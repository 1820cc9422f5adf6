/** Turns texts into vectors: the more alike two texts, the larger the product of their vectors. */
export interface Embedder {
  /** Of the model and its version, with the dimensions: vectors of two names are not comparable. */
  readonly name: string
  /** Length of each vector. */
  readonly dimensions: number
  /** The product of two vectors below which their texts are likely to have nothing in common: such hits are noise. */
  readonly floor: number
  /**
   * A vector for each text, in their order, of Euclidean length 1; one of zeros for a text without a letter, digit or
   * symbol. The same text has the same vector, whatever comes with it.
   *
   * @throws RangeError more texts, or a longer one, than `embedderLimits`
   * @throws EmbeddingFailed
   */
  embed(texts: readonly string[]): Promise<Float32Array[]>
}

export const embedderLimits = {
  /** Of one call. */
  texts: 256,
  /** Of one text, UTF-16 units. */
  characters: 8_192,
} as const

export type EmbeddingFailure =
  /** For now: too many requests, no connection, a fault of the service. */
  | 'embedder-busy'
  /** For good, until settings or rights change. */
  | 'embedder-refused'
  /** It answered what is no vector. */
  | 'embedder-answer'

/** There are no vectors of these texts. */
export class EmbeddingFailed extends Error {
  readonly code: EmbeddingFailure

  constructor(code: EmbeddingFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** @throws RangeError as `embed` does */
export const checkTexts = (texts: readonly string[]): void => {
  const { texts: most, characters } = embedderLimits
  if (texts.length > most) throw new RangeError(`at most ${most} texts at once, not ${texts.length}`)
  const long = texts.findIndex((text) => text.length > characters)
  if (long >= 0)
    throw new RangeError(`text ${long} has ${texts[long]!.length} characters; at most ${characters}`)
}

/** Whether nothing in the text can be compared. */
export const isBlank = (text: string): boolean => !/[\p{L}\p{N}\p{S}]/u.test(text)

/** Makes its length 1, in place; a vector of zeros stays one. */
export const normalise = (vector: Float32Array): Float32Array => {
  let squares = 0
  for (const value of vector) squares += value * value
  if (squares === 0) return vector
  const length = Math.sqrt(squares)
  for (let index = 0; index < vector.length; index++) vector[index]! /= length
  return vector
}
