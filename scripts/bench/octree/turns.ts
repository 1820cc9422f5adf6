/** Milliseconds of one run; a runner may answer instead in another unit, per query for instance. */
export type Runner = () => number | Promise<number>

const rounds = 5
const leastRounds = 3
const budgetMs = 30_000
const slowMs = 60_000

/** How often, and how long, something has run. */
interface Spent {
  runs: number
  ms: number
}

const isDone = ({ runs, ms }: Spent): boolean =>
  runs >= rounds || (ms >= budgetMs && (runs >= leastRounds || ms / runs >= slowMs))

/**
 * Lets the runners take turns, so that a busy machine is busy for all of them: five rounds, in each of which
 * every one runs once. One that has used up thirty seconds leaves before the fifth, though not before its
 * third run unless the first took a minute; the figure's number of runs says so.
 *
 * @param log one line a round, which names what was measured in it.
 * @returns what each runner answered, run by run.
 */
export const takeTurns = async <Name extends string>(
  runners: Record<Name, Runner>,
  log: (line: string) => void,
): Promise<Record<Name, number[]>> => {
  const names = Object.keys(runners) as Name[]
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  const spent = Object.fromEntries(names.map((name) => [name, { runs: 0, ms: 0 }])) as Record<Name, Spent>
  for (let round = 1; round <= rounds; round++) {
    const parts: string[] = []
    for (const name of names.filter((name) => !isDone(spent[name]))) {
      const started = performance.now()
      const value = await runners[name]()
      spent[name].ms += performance.now() - started
      spent[name].runs++
      values[name].push(value)
      parts.push(`${name} ${value.toPrecision(3)}`)
    }
    if (parts.length > 0) log(`  round ${round}: ${parts.join(', ')}`)
  }
  return values
}

/** The time of the work in milliseconds. */
export const timed = async (work: () => unknown): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}
