import type { Command, Expectation } from './commands.ts'
import { isNative } from './component-types/builtin.ts'
import { nativeData } from './component-types/native.ts'
import { isSealed } from './component-types/sealed.ts'
import { componentOf } from './components.ts'
import { type Decision, nothing, refuse } from './decision.ts'
import type { Json, JsonObject } from './event.ts'
import { jsonEqual } from './json.ts'
import type { EntityState, WorkingSet } from './working-set.ts'

/** Nothing where all that is expected holds, by the state that the commands before it have made. */
export const decideExpect = (
  set: WorkingSet,
  { entityId, expected }: Extract<Command, { kind: 'expect' }>,
): Decision => {
  const state = set.entities.get(entityId) ?? undefined
  const fault = faultOf(state, entityId, expected)
  return fault === undefined
    ? nothing
    : refuse('expectation-failed', fault.message, { entityId, path: fault.path, message: fault.message })
}

type Fault = { path: string; message: string }

const faultOf = (
  state: EntityState | undefined,
  entityId: string,
  { exists, seq, component }: Expectation,
): Fault | undefined => {
  if (exists === false)
    return state === undefined ? undefined : { path: 'exists', message: `'${entityId}' exists` }
  if (state === undefined) return { path: 'exists', message: `'${entityId}' does not exist` }
  if (seq !== undefined && state.fromSeq !== seq)
    return { path: 'seq', message: `'${entityId}' is at seq ${state.fromSeq}, not at ${seq}` }
  return component === undefined ? undefined : componentFault(state, component)
}

const componentFault = (
  state: EntityState,
  { type, exists, seq, field, op = '=', value }: NonNullable<Expectation['component']>,
): Fault | undefined => {
  const name = `${type} of '${state.entity.id}'`
  const data = isNative(type) ? nativeData(state.entity, type) : componentOf(state.entity, type)
  if (exists === false)
    return data === undefined ? undefined : { path: 'component.exists', message: `${name} exists` }
  if (data === undefined) return { path: 'component.exists', message: `${name} does not exist` }
  const isAt = state.componentSeqs[type] ?? state.fromSeq
  if (seq !== undefined && isAt !== seq)
    return { path: 'component.seq', message: `${name} is at seq ${isAt}, not at ${seq}` }
  if (field === undefined) return undefined
  if (isSealed(data))
    return { path: 'component.field', message: `${name} is sensitive: its fields cannot be compared` }
  const found = valueAt(data, field)
  return holds(found, op, value)
    ? undefined
    : {
        path: 'component.value',
        message: `'${field}' of ${name} is ${show(found)}, which is not ${op} ${show(value)}`,
      }
}

/** By a path of keys and indexes: `items.0.name`. */
const valueAt = (data: JsonObject, path: string): Json | undefined => {
  let value: Json | undefined = data
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as JsonObject)[key]
  }
  return value
}

/** Order is that of two numbers or of two texts, by code units; any others have none. */
const holds = (found: Json | undefined, op: string, value: Json | undefined): boolean => {
  if (op === '=') return jsonEqual(found, value)
  if (op === '!=') return !jsonEqual(found, value)
  const comparable =
    (typeof found === 'number' && typeof value === 'number') ||
    (typeof found === 'string' && typeof value === 'string')
  if (!comparable) return false
  if (op === '<') return found < value
  if (op === '<=') return found <= value
  return op === '>' ? found > value : found >= value
}

const show = (value: Json | undefined): string =>
  value === undefined ? 'absent' : JSON.stringify(value).slice(0, 200)
