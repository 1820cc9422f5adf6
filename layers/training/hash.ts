import { hash } from 'node:crypto'

/** A number in (0, 1) that the texts decide: uniform, and the same on any machine and for ever. No text has a U+0000. */
export const unitOf = (...texts: string[]): number =>
  (Buffer.from(hash('sha256', texts.join('\0'), 'hex').slice(0, 12), 'hex').readUIntBE(0, 6) + 0.5) / 2 ** 48

/** ln of a number in (0, 1), by + − × ÷ alone, so that it is the same to the bit on any machine. */
export const stableLog = (value: number): number => {
  let [mantissa, exponent] = [value, 0]
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent -= 1
  // ln m = 2 artanh f; |f| < 0.172, so the term of f^23 is below 2^-60
  const f = (mantissa - 1) / (mantissa + 1)
  let sum = 0
  for (let power = 21; power >= 1; power -= 2) sum = sum * f * f + 1 / power
  return exponent * Math.LN2 + 2 * f * sum
}
