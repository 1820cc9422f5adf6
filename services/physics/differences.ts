import { idString } from '#platform/arrays/id-table'
import { columns, findBody, flag } from './bodies.ts'
import type { Simulation } from './simulation.ts'

/** One value that two states do not have in common. */
export interface Difference {
  /** Of a body. */
  id: string
  /** Of `columns`, `rampTarget` or `rampTicks` (false where there is no ramp), or `anchored`; `body` where only one of the states has it. */
  column: string
  recorded: number | boolean
  replayed: number | boolean
}

export interface Differences {
  /** Bodies with a difference. */
  bodies: number
  /** The first column of each of the first bodies, in the recorded state's order. */
  first: Difference[]
}

/** How two states differ bit by bit: by the bodies that `stateHash` covers. @param limit how many are listed. */
export const findDifferences = (recorded: Simulation, replayed: Simulation, limit: number): Differences => {
  const first: Difference[] = []
  let bodies = 0
  const add = (difference: Difference | undefined): void => {
    if (difference === undefined) return
    bodies++
    if (first.length < limit) first.push(difference)
  }
  for (let body = 0; body < recorded.bodies.count; body++) add(differenceOf(recorded, replayed, body))
  for (let body = 0; body < replayed.bodies.count; body++) {
    const id = idString(replayed.bodies.ids, body)
    if (findBody(recorded.bodies, id) === -1) add({ id, column: 'body', recorded: false, replayed: true })
  }
  return { bodies, first }
}

const differenceOf = (a: Simulation, b: Simulation, body: number): Difference | undefined => {
  const id = idString(a.bodies.ids, body)
  const other = findBody(b.bodies, id)
  if (other === -1) return { id, column: 'body', recorded: true, replayed: false }
  for (const column of columns) {
    const [recorded, replayed] = [a.bodies[column][body], b.bodies[column][other]]
    if (!Object.is(recorded, replayed)) return { id, column, recorded, replayed }
  }
  const [rampA, rampB] = [a, b].map(({ bodies }) => bodies.ramps.get(id))
  for (const [column, part] of [
    ['rampTarget', 'target'],
    ['rampTicks', 'ticksLeft'],
  ] as const)
    if (rampA?.[part] !== rampB?.[part])
      return { id, column, recorded: rampA?.[part] ?? false, replayed: rampB?.[part] ?? false }
  const [recorded, replayed] = [a.bodies.flags[body], b.bodies.flags[other]].map(
    (flags) => (flags & flag.anchored) !== 0,
  )
  return recorded === replayed ? undefined : { id, column: 'anchored', recorded, replayed }
}
