/** Milliseconds, whole. */
export type Clock = () => number

/**
 * A clock that goes at least as fast as both: never back, whatever somebody sets the wall clock to, and not standing
 * still while the process is frozen, as a function is between two requests. What it takes for old may be younger.
 */
export const createAgeClock = (
  monotonicMs: () => number = () => performance.now(),
  wallMs: () => number = Date.now,
): Clock => {
  let [monotonic, wall, now] = [monotonicMs(), wallMs(), 0]
  return () => {
    const [nextMonotonic, nextWall] = [monotonicMs(), wallMs()]
    now += Math.max(nextMonotonic - monotonic, nextWall - wall, 0)
    monotonic = nextMonotonic
    wall = nextWall
    return Math.floor(now)
  }
}
