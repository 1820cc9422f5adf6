/**
 * A world's largest token is remembered for so long after everything else of it has expired: a writer that was away for
 * longer than ticks are held still learns that it has been replaced.
 */
export const fenceMs = 24 * 3_600_000
