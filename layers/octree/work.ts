import type { Kernel } from './kernel.ts'

/** What all threads of a team do together on one kernel's memory. */
export type Job = 'build' | 'field'

/** Work on a kernel's memory: each job it yields is to be run before it is continued. */
export type Work<T> = Generator<Job, T, void>

/** Runs the work on this thread alone. */
export const runHere = <T>(kernel: Kernel, work: Work<T>): T => {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    kernel.exports[value](0, 1)
  }
}
