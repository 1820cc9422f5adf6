import type { BodyArrays } from '#octree/bodies'
import { collectGarbage } from '../garbage.ts'
import { atLeast, atMost, type BenchResult, type Figure, figure, type Goal, median } from '../harness.ts'
import { directReference, type ForceErrors, forceErrors, type Reference } from './direct.ts'
import { type InputName, inputNames, makeInput, softeningUnits } from './inputs.ts'
import { type Engine, open } from './ours.ts'
import { d3Forces } from './peers/d3-force.ts'
import { ngraphForces } from './peers/ngraph.ts'
import { type Runner, takeTurns, timed } from './turns.ts'

const sizes = [10_000, 100_000, 1_000_000] as const
const angles = [0.5, 0.8] as const
type Angle = (typeof angles)[number]
/** Of the peers, and of ours where it is compared with them. */
const goalAngle = 0.5

/** What the issue measured before any of this was written: ngraph.forcelayout, 100,000 Plummer, milliseconds. */
const ngraphThenMs = 15_000

/** One of ours at an opening angle, by its number of threads; or a peer. */
type Name = `${1 | 2} thread${'' | 's'} at θ ${Angle}` | 'ngraph.forcelayout' | 'd3-force-3d'

/** What was measured of one input. */
interface Measured {
  ms: Partial<Record<Name, number[]>>
  errors: Partial<Record<Name, ForceErrors>>
}

const nameOf = (threads: number, theta: number): Name =>
  `${threads} thread${threads === 1 ? '' : 's'} at θ ${theta}` as Name

/** Force evaluations with the build of the tree, beside ngraph.forcelayout and d3-force-3d, and their errors. */
export const measureForces = async (log: (line: string) => void): Promise<BenchResult> => {
  const engines = [await open(1), await open(2)]
  const figures: Figure[] = []
  const measured = new Map<string, Measured>()
  try {
    for (const size of sizes)
      for (const input of inputNames) {
        const title = `${size / 1_000}k ${input}`
        log(`${title}: direct summation…`)
        const found = await measureInput(engines, input, size, log)
        measured.set(title, found)
        figures.push(...toFigures(title, found))
        if (size === sizes[2] && input === 'Plummer')
          figures.push(
            figure('memory of the octree, 1000k Plummer', 'bytes/body', [engines[1].bytes() / size]),
          )
      }
  } finally {
    await Promise.all(engines.map((engine) => engine.close()))
  }
  const bytes = figures.find(({ unit }) => unit === 'bytes/body')!.median
  return { figures, goals: [...toGoals(measured), atMost('bytes a body', bytes, 120)] }
}

const measureInput = async (
  engines: Engine[],
  input: InputName,
  size: number,
  log: (line: string) => void,
): Promise<Measured> => {
  const bodies = makeInput(input, size)
  const reference = directReference(bodies)
  const errors: Measured['errors'] = {}
  const runners: Partial<Record<Name, Runner>> = {}
  for (const theta of angles)
    engines.forEach((engine, index) => {
      const name = nameOf(index + 1, theta)
      runners[name] = ourRunner(engine, bodies, theta, reference, (found) => {
        errors[name] = found
      })
    })
  if (size <= 100_000) {
    const peer = ngraphForces(bodies, goalAngle)
    runners['ngraph.forcelayout'] = async () => {
      const ms = await timed(peer.run)
      errors['ngraph.forcelayout'] = forceErrors(reference, peer.accelerations())
      return ms
    }
  }
  // 100,000 take it 17 to 31 s, and tell nothing more
  if (size <= 10_000) {
    const run = d3Forces(bodies, goalAngle)
    runners['d3-force-3d'] = () => timed(run)
  }
  collectGarbage()
  return { ms: await takeTurns(runners as Record<Name, Runner>, log), errors }
}

const ourRunner =
  (
    engine: Engine,
    bodies: BodyArrays,
    theta: number,
    reference: Reference,
    judge: (errors: ForceErrors) => void,
  ): Runner =>
  async () => {
    const started = performance.now()
    await engine.build(bodies)
    const out = await engine.accelerations({ gravity: 1, softeningUnits, theta })
    const ms = performance.now() - started
    judge(forceErrors(reference, out))
    return ms
  }

const toFigures = (title: string, { ms, errors }: Measured): Figure[] =>
  (Object.keys(ms) as Name[]).flatMap((name) => {
    const found = errors[name]
    const judged = name.startsWith('2') ? undefined : found
    return [
      figure(`${title}, ${name}`, 'ms', ms[name]!),
      ...(judged === undefined
        ? []
        : [
            figure(`${title}, ${name}: error, median`, '', [judged.median]),
            figure(`${title}, ${name}: error, 99 % below`, '', [judged.p99]),
          ]),
    ]
  })

const toGoals = (measured: Map<string, Measured>): Goal[] => {
  const msOf = (title: string, name: Name) => median(measured.get(title)!.ms[name]!)
  const ngraphMs = msOf('100k Plummer', 'ngraph.forcelayout')
  const [one, two] = [nameOf(1, goalAngle), nameOf(2, goalAngle)]
  const [oneMs, twoMs] = [msOf('100k Plummer', one), msOf('100k Plummer', two)]
  const millionMs = msOf('1000k Plummer', two)
  const judged = [...measured.values()].flatMap(({ errors }) => [errors[one]!, errors[two]!])
  return [
    atLeast('100k Plummer, ngraph ÷ ours on one thread', ngraphMs / oneMs, 75),
    atLeast('100k Plummer, ngraph ÷ ours on two threads', ngraphMs / twoMs, 130),
    atMost('1000k Plummer on two threads, s', millionMs / 1_000, (2 * ngraphMs) / ngraphThenMs),
    atMost('Plummer on two threads, 1000k ÷ 100k', millionMs / twoMs, 13),
    atLeast('100k Plummer, one thread ÷ two', oneMs / twoMs, 1.8),
    atLeast('1000k Plummer, one thread ÷ two', msOf('1000k Plummer', one) / millionMs, 1.8),
    atMost(
      `median error at θ ${goalAngle}, largest`,
      Math.max(...judged.map((errors) => errors.median)),
      5e-4,
    ),
    atMost(
      `99th percentile of errors at θ ${goalAngle}, largest`,
      Math.max(...judged.map(({ p99 }) => p99)),
      5e-3,
    ),
  ]
}
