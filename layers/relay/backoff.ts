export interface Backoff {
  /** Bound of the first delay; default 500. */
  baseMs: number
  /** Bound of every delay, at most the 900,000 that a doorbell can be delayed; default 300,000. */
  maxMs: number
}

export const defaultBackoff: Backoff = { baseMs: 500, maxMs: 300_000 }

/**
 * Exponential with full jitter: any delay from 0 to base · 2^(attempts − 1) is as likely as another, so
 * worlds that failed together do not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoffMs = ({ baseMs, maxMs }: Backoff, attempts: number, random: () => number): number =>
  Math.round(random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempts - 1, 30)))
