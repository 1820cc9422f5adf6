import * as z from 'zod'

// Pieces of the schemas for `readEnvironment`: what several functions read has one form and one message.

const missingOr = (expected: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : expected),
})

/** Of a bucket, table, bus, region. */
export const resourceName = z.string(missingOr('must be a name'))

/** Of a queue or an API. */
export const resourceUrl = z.url(missingOr('must be a URL'))

/** URLs between commas, at least one. */
export const resourceUrls = z
  .string(missingOr('must be URLs between commas'))
  .transform((list) => list.split(',').map((item) => item.trim()))
  .pipe(z.array(z.url('must be URLs between commas')))

/** `true` or `false`; default false. */
export const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .default('false')
  .transform((value) => value === 'true')
