import { randomBytes } from 'node:crypto'

const pattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/**
 * The `traceparent` (W3C Trace Context) of a step that follows from `parent`: the same trace and flags, a span
 * of its own. A parent that is absent or malformed begins a new, sampled trace, as the specification asks.
 */
export const continueTrace = (parent: string | undefined): string => {
  const span = randomBytes(8).toString('hex')
  if (parent === undefined || !pattern.test(parent)) return `00-${randomBytes(16).toString('hex')}-${span}-01`
  return `${parent.slice(0, 36)}${span}${parent.slice(52)}`
}
