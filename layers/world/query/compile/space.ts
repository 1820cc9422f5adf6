import type { Condition } from '../ast.ts'
import { type Compiler, rowsOf } from './compiler.ts'

type Space<Op> = Extract<Condition, { op: Op }>
const axes = ['x', 'y', 'z'] as const

/** Faces included. */
export const boxCondition = (compiler: Compiler, e: string, { min, max }: Space<'box'>): string => {
  const inside = axes.map(
    (axis, n) =>
      `${e}.${axis} BETWEEN ${compiler.parameter(min[n], 'float8')} AND ${compiler.parameter(max[n], 'float8')}`,
  )
  return `(${inside.join(' AND ')})`
}

/** Wider than the radius by more than coordinates are rounded: it only narrows down what is computed. */
const reachOf = (radius: number): number => radius * (1 + 1e-9) + 0.01

const square = (axis: string, e: string, center: string): string =>
  `(${e}.${axis} - ${center}) * (${e}.${axis} - ${center})`

export const sphereCondition = (
  compiler: Compiler,
  e: string,
  { center, radius }: Space<'sphere'>,
): string => {
  const at = center.map((value) => compiler.parameter(value, 'float8'))
  const reach = reachOf(radius)
  const within = axes.map((axis, n) => {
    const [low, high] = [center[n]! - reach, center[n]! + reach].map((v) => compiler.parameter(v, 'float8'))
    return `${e}.${axis} BETWEEN ${low} AND ${high}`
  })
  const squared = axes.map((axis, n) => square(axis, e, at[n]!)).join(' + ')
  return `(${within.join(' AND ')} AND ${squared} <= ${compiler.parameter(radius * radius, 'float8')})`
}

/** Of other entities than the one that is named; none where it does not exist. */
export const nearCondition = (compiler: Compiler, e: string, { entity, within }: Space<'near'>): string => {
  const n = compiler.alias()
  const id = compiler.parameter(entity, 'text')
  if (compiler.byRow) {
    const squared = axes.map((axis) => square(axis, e, `${n}.${axis}`)).join(' + ')
    return `EXISTS (SELECT FROM ${rowsOf(compiler, 'entities', 'one')} ${n} WHERE ${n}.entity_id = ${id}
      AND ${e}.entity_id <> ${id} AND ${squared} <= ${compiler.parameter(within * within, 'float8')} OFFSET 0)`
  }
  // read before anything else, as one number each: a bound that is computed from one would not reach the index under row
  // security. Nothing is near to what is not a number.
  const center = (axis: string, more: string) =>
    `(SELECT coalesce(max(${n}.${axis})${more}, 'NaN') FROM ${rowsOf(compiler, 'entities', 'one')} ${n} WHERE ${n}.entity_id = ${id})`
  const squared = axes.map((axis) => square(axis, e, center(axis, ''))).join(' + ')
  const reach = compiler.parameter(reachOf(within), 'float8')
  const box = axes.map(
    (axis) => `${e}.${axis} BETWEEN ${center(axis, ` - ${reach}`)} AND ${center(axis, ` + ${reach}`)}`,
  )
  const reached = compiler.parameter(within * within, 'float8')
  return `(${box.join(' AND ')} AND ${e}.entity_id <> ${id} AND ${squared} <= ${reached})`
}
