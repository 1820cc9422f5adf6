import type { Condition } from '../ast.ts'
import { type Compiler, tables } from './compiler.ts'

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
  const [low, high] = [center[0] - reach, center[0] + reach].map((x) => compiler.parameter(x, 'float8'))
  const squared = axes.map((axis, n) => square(axis, e, at[n]!)).join(' + ')
  return `(${e}.x BETWEEN ${low} AND ${high} AND ${squared} <= ${compiler.parameter(radius * radius, 'float8')})`
}

/** Of other entities than the one that is named; none where it does not exist. */
export const nearCondition = (compiler: Compiler, e: string, { entity, within }: Space<'near'>): string => {
  const n = compiler.alias()
  const reach = compiler.parameter(reachOf(within), 'float8')
  const squared = axes.map((axis) => square(axis, e, `${n}.${axis}`)).join(' + ')
  return `EXISTS (SELECT FROM ${tables.entities[compiler.moment]} ${n}
    WHERE ${n}.entity_id = ${compiler.parameter(entity, 'text')} AND ${n}.entity_id <> ${e}.entity_id
      AND ${e}.x BETWEEN ${n}.x - ${reach} AND ${n}.x + ${reach}
      AND ${squared} <= ${compiler.parameter(within * within, 'float8')})`
}
