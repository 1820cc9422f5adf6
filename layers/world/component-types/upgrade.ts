import type { JsonObject } from '../event.ts'
import type { UpgradeStep } from './definition.ts'

/** The data after the steps, in order; a step whose field is missing does nothing, but for `set`. */
export const upgradeData = (data: JsonObject, steps: readonly UpgradeStep[]): JsonObject =>
  steps.reduce(applyStep, data)

const applyStep = (data: JsonObject, step: UpgradeStep): JsonObject => {
  if ('remove' in step) return without(data, step.remove)
  if ('set' in step) return Object.hasOwn(data, step.set) ? data : { ...data, [step.set]: step.value }
  if (!Object.hasOwn(data, step.rename)) return data
  return { ...without(data, step.rename), [step.to]: data[step.rename]! }
}

const without = (data: JsonObject, field: string): JsonObject => {
  const { [field]: _, ...rest } = data
  return rest
}
