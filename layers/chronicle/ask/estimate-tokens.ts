/** Bytes of UTF-8 that count as one token. */
export const bytesOfToken = 3

/**
 * How many tokens a text may come to, for any language model: one for each three bytes of UTF-8, rounded up. Tokenizers
 * of today come to one for about four bytes of English, and for three or fewer of JSON, names and other scripts; the
 * estimate is on the safe side of them, not exact.
 */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesOfToken)
