import * as z from 'zod'

/** Fields of a query, which come as text. */

/** A whole number. */
export const wholeNumber = (min: number, max: number) => {
  const expected = `must be a whole number of ${min} to ${max}`
  return z
    .string()
    .regex(min < 0 ? /^-?\d{1,15}$/ : /^\d{1,15}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected)
}

/** A finite number: '' and ' ' are not 0 here. */
export const queryNumber = z
  .string()
  .regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, 'must be a number')
  .transform(Number)
  .refine(Number.isFinite, 'must be a finite number')

/** `3,6,9`: numbers separated by commas. */
export const numberList = (length: number | undefined, expected: string) =>
  z
    .string()
    .transform((text) => text.split(','))
    .refine(
      (parts) =>
        (length === undefined || parts.length === length) &&
        parts.every((part) => queryNumber.safeParse(part).success),
      // what compares lists with each other must not see this one
      { error: expected, abort: true },
    )
    .transform((parts) => parts.map(Number))
