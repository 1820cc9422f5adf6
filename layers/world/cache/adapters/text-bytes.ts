/** What a text takes in memory: V8 has one byte a character where all are of Latin-1, and two otherwise. */
export const textBytes = (text: string): number => (isLatin1.test(text) ? text.length : 2 * text.length)

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what it says
const isLatin1 = /^[\x00-\xff]*$/
