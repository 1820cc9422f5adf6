import { cpus, platform, release, totalmem } from 'node:os'

/** A measured number: the median of several runs with its spread. */
export interface Figure {
  name: string
  /** Of the value, e.g. `rows/s`, `ms`, `bytes/body`. */
  unit: string
  median: number
  min: number
  max: number
  runs: number
}

/** What the issue asks a figure to reach. */
export interface Goal {
  name: string
  value: number
  reach: number
  holds: boolean
}

export interface BenchResult {
  figures: Figure[]
  goals: Goal[]
}

/** `scripts/bench/NAME.ts` exports one as `bench`; it starts what it needs and stops it again, also on failure. */
export interface Bench {
  name: string
  /** What the number after the bench's name counts, what it is by default, and what the word `small` stands for; without it there is none. */
  size?: { unit: string; standard: number; small?: number }
  run(log: (line: string) => void, size: number): Promise<BenchResult>
}

/** @throws RangeError for an empty sample. */
export const median = (sample: number[]): number => {
  if (sample.length === 0) throw new RangeError('median of nothing')
  const sorted = sample.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The figure of one measurement's runs. */
export const figure = (name: string, unit: string, sample: number[]): Figure => ({
  name,
  unit,
  median: median(sample),
  min: Math.min(...sample),
  max: Math.max(...sample),
  runs: sample.length,
})

export const atLeast = (name: string, value: number, reach: number): Goal => ({
  name,
  value,
  reach,
  holds: value >= reach,
})

export const atMost = (name: string, value: number, reach: number): Goal => ({
  name,
  value,
  reach,
  holds: value <= reach,
})

/** Runs `measure` so many times after `warmUps` runs whose numbers are dropped. */
export const sample = async (
  runs: number,
  measure: (run: number) => Promise<number>,
  warmUps = 0,
): Promise<number[]> => {
  const values: number[] = []
  for (let run = -warmUps; run < runs; run += 1) {
    const value = await measure(run)
    if (run >= 0) values.push(value)
  }
  return values
}

export const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  platform: `${platform()} ${release()}`,
})
