/** Of a time of the story: what PostgreSQL's timestamptz and ECMAScript's Date both hold, from the year 4713 BC. */
export const earliestStoryMs = Date.UTC(-4712, 0, 1)
export const latestStoryMs = 8.64e15

export const storyTimeRule =
  'must be an ISO 8601 time with an offset, such as 2026-11-21T12:00:00Z or -000043-03-15T11:00:00Z, from -004712 to +275760-09-13'

// ECMAScript's expanded years: a sign and six digits (ECMA-262, 21.4.1.32.1)
const pattern =
  /^((?:[+-]\d{6}|\d{4})-(\d\d)-(\d\d))T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Milliseconds since 1970-01-01T00:00Z, parts of one cut off; undefined where the text is no such time. */
export const storyTimeMs = (text: string): number | undefined => {
  const match = pattern.exec(text)
  if (match === null) return undefined
  const [, day, month, dayOfMonth] = match
  // Date takes February 30th for March 2nd
  const midnight = new Date(`${day}T00:00:00Z`)
  if (midnight.getUTCMonth() + 1 !== Number(month) || midnight.getUTCDate() !== Number(dayOfMonth))
    return undefined
  const ms = Date.parse(text)
  return ms >= earliestStoryMs && ms <= latestStoryMs ? ms : undefined
}

/** The same as text: UTC, milliseconds. */
export const normalStoryTime = (text: string): string | undefined => {
  const ms = storyTimeMs(text)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
