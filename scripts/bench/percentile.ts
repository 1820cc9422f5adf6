import { type Figure, figure } from './harness.ts'

/** Nearest rank; of 20 values the 95th is the last but one. @throws RangeError for an empty sample. */
export const percentile = (sample: readonly number[], percent: number): number => {
  if (sample.length === 0) throw new RangeError('percentile of nothing')
  const sorted = sample.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!
}

/** Milliseconds that each of so many runs takes, one after the other. */
export const timeEach = async (runs: number, run: (index: number) => Promise<unknown>): Promise<number[]> => {
  const times: number[] = []
  for (let index = 0; index < runs; index++) {
    const began = performance.now()
    await run(index)
    times.push(performance.now() - began)
  }
  return times
}

export interface Repeated {
  /** Of each repetition. */
  p95: Figure
  /** Of each run. */
  p50: number
  runs: number
}

/** The p95 of each of five times so many runs, after some that are dropped. */
export const repeatedP95 = async (
  name: string,
  runs: number,
  run: (index: number) => Promise<unknown>,
  repetitions = 5,
): Promise<Repeated> => {
  await timeEach(Math.ceil(runs / 4), (index) => run(-1 - index))
  const all: number[][] = []
  for (let repetition = 0; repetition < repetitions; repetition++)
    all.push(await timeEach(runs, (index) => run(repetition * runs + index)))
  const p95s = all.map((times) => percentile(times, 95))
  return { p95: figure(name, 'ms', p95s), p50: percentile(all.flat(), 50), runs: runs * repetitions }
}
