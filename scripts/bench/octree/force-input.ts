import { createHash } from 'node:crypto'
import type { BodyArrays } from '#octree/bodies'
import type { Accelerations } from '#octree/forces'
import { collectGarbage } from '../garbage.ts'
import { directReference, type ForceErrors, forceErrors, type Reference } from './direct.ts'
import { type InputName, makeInput, softeningUnits } from './inputs.ts'
import type { Engine } from './ours.ts'
import { d3Forces } from './peers/d3-force.ts'
import { ngraphForces } from './peers/ngraph.ts'
import { type Runner, takeTurns, timed } from './turns.ts'

const angles = [0.5, 0.8] as const
/** Of the peers, and of ours where it is compared with them. */
export const goalAngle = 0.5

/** Ours, by threads and opening angle, or a peer. */
export type ForceName =
  | `${1 | 2} thread${'' | 's'} at θ ${(typeof angles)[number]}`
  | 'ngraph.forcelayout'
  | 'd3-force-3d'

export const ourName = (threads: number, theta: number): ForceName =>
  `${threads} thread${threads === 1 ? '' : 's'} at θ ${theta}` as ForceName

/** What was measured of one input. */
export interface MeasuredInput {
  /** Of an evaluation with its build, run by run. */
  ms: Partial<Record<ForceName, number[]>>
  /** Of the last run. */
  errors: Partial<Record<ForceName, ForceErrors>>
  /** Opening angles at which two threads and one differ in any bit of any acceleration. */
  threadsDiffer: number
}

/** Ours at both opening angles on one thread and on two, beside the peers where they are fast enough. */
export const measureInput = async (
  engines: Engine[],
  input: InputName,
  size: number,
  log: (line: string) => void,
): Promise<MeasuredInput> => {
  const bodies = makeInput(input, size)
  const reference = directReference(bodies)
  const errors: MeasuredInput['errors'] = {}
  const prints: Partial<Record<ForceName, string>> = {}
  const runners: Partial<Record<ForceName, Runner>> = peerRunners(bodies, reference, errors)
  for (const theta of angles)
    engines.forEach((engine, index) => {
      const name = ourName(index + 1, theta)
      runners[name] = ourRunner(engine, bodies, theta, (out) => {
        errors[name] = forceErrors(reference, out)
        prints[name] = fingerprint(out, size)
      })
    })
  collectGarbage()
  const ms = await takeTurns(runners as Record<ForceName, Runner>, log)
  const differing = angles.filter((theta) => prints[ourName(1, theta)] !== prints[ourName(2, theta)])
  return { ms, errors, threadsDiffer: differing.length }
}

/** @param look is called after each run, outside its time. */
const ourRunner =
  (engine: Engine, bodies: BodyArrays, theta: number, look: (out: Accelerations) => void): Runner =>
  async () => {
    const started = performance.now()
    await engine.build(bodies)
    const out = await engine.accelerations({ gravity: 1, softeningUnits, theta })
    const ms = performance.now() - started
    look(out)
    return ms
  }

const fingerprint = ({ ax, ay, az }: Accelerations, count: number): string => {
  const hash = createHash('sha256')
  for (const axis of [ax, ay, az]) hash.update(axis.subarray(0, count))
  return hash.digest('hex')
}

/** None at 1,000,000, where a run would take minutes; d3-force-3d takes half a minute at 100,000 already. */
const peerRunners = (
  bodies: BodyArrays,
  reference: Reference,
  errors: MeasuredInput['errors'],
): Partial<Record<ForceName, Runner>> => {
  const runners: Partial<Record<ForceName, Runner>> = {}
  if (bodies.count <= 100_000) {
    const peer = ngraphForces(bodies, goalAngle)
    runners['ngraph.forcelayout'] = async () => {
      const ms = await timed(peer.run)
      errors['ngraph.forcelayout'] = forceErrors(reference, peer.accelerations())
      return ms
    }
  }
  if (bodies.count <= 10_000) {
    const run = d3Forces(bodies, goalAngle)
    runners['d3-force-3d'] = () => timed(run)
  }
  return runners
}
