import { Unpriced } from '#platform/cost/item'
import type { Resource } from './assembly.ts'

/** What stands at a path such as `ScalingConfiguration.MaxCapacity`; undefined where nothing does. */
export const valueAt = ({ properties }: Resource, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], properties)

/** @throws Unpriced for a reference, whose value only the deployment knows. */
export const numberAt = (resource: Resource, path: string, fallback: number): number => {
  const value = valueAt(resource, path) ?? fallback
  const number = typeof value === 'object' ? Number.NaN : Number(value)
  if (Number.isNaN(number)) throw unpriced(resource, `${path} is not a number: ${JSON.stringify(value)}`)
  return number
}

/** '' for what is none. */
export const textAt = (resource: Resource, path: string): string => {
  const value = valueAt(resource, path)
  return typeof value === 'string' ? value : ''
}

export const isTrue = (resource: Resource, path: string): boolean =>
  String(valueAt(resource, path)) === 'true'

export const listAt = (resource: Resource, path: string): unknown[] => {
  const value = valueAt(resource, path)
  return Array.isArray(value) ? value : []
}

export const unpriced = ({ type, stack, id }: Resource, why: string): Unpriced =>
  new Unpriced(`${type} (${stack}/${id}): ${why}`)
