/**
 * A past state that cannot be had:
 *
 * - future: the tick is after `boundaryTick`, the last one
 * - not-retained: it is before `boundaryTick`, the oldest that can be rebuilt
 * - rebuilding: it is not ready within the time that a question has; whoever asks again finds it sooner
 * - too-large: a state takes more memory than past states have
 */
export class PastUnavailable extends Error {
  readonly code = 'past-unavailable'
  readonly reason: 'future' | 'not-retained' | 'rebuilding' | 'too-large'
  readonly boundaryTick: number | undefined

  constructor(reason: PastUnavailable['reason'], boundaryTick?: number) {
    super(`the past state is not there: ${reason}`)
    this.reason = reason
    this.boundaryTick = boundaryTick
  }
}
