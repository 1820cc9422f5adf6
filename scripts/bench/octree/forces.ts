import { atMost, type BenchResult, type Figure, figure } from '../harness.ts'
import { forceGoals } from './force-goals.ts'
import { type ForceName, type MeasuredInput, measureInput } from './force-input.ts'
import { inputNames } from './inputs.ts'
import { open } from './ours.ts'

/** The smallest first: it also warms up the code for the others. */
const sizes = [10_000, 100_000, 1_000_000]

/** Force evaluations with the build of the tree, beside ngraph.forcelayout and d3-force-3d, and their errors. */
export const measureForces = async (log: (line: string) => void): Promise<BenchResult> => {
  const engines = [await open(1), await open(2)]
  const measured = new Map<string, MeasuredInput>()
  let bytes = 0
  try {
    for (const size of sizes)
      for (const input of inputNames) {
        const title = `${size / 1_000}k ${input}`
        log(`${title}: direct summation, then forces, ms`)
        measured.set(title, await measureInput(engines, input, size, log))
        bytes = engines[1].bytes() / size
      }
  } finally {
    await Promise.all(engines.map((engine) => engine.close()))
  }
  return {
    figures: [
      ...[...measured].flatMap(([title, found]) => toFigures(title, found)),
      figure('memory of the octree, 1000k Plummer', 'bytes/body', [bytes]),
    ],
    goals: [...forceGoals(measured), atMost('bytes a body, 1000k Plummer', bytes, 120)],
  }
}

const toFigures = (title: string, { ms, errors }: MeasuredInput): Figure[] =>
  (Object.keys(ms) as ForceName[]).flatMap((name) => {
    const time = figure(`${title}, ${name}`, 'ms', ms[name]!)
    const found = errors[name]
    // those of two threads are those of one, or a goal is missed
    if (found === undefined || name.startsWith('2')) return [time]
    return [
      time,
      figure(`${title}, ${name}: error, median`, '', [found.median]),
      figure(`${title}, ${name}: error, 99 % below`, '', [found.p99]),
    ]
  })
