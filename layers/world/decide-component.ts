import { entityChanges, keyChanges } from './changes.ts'
import type { Command } from './commands.ts'
import { builtinTypes, fixedTypes, isNative } from './component-types/builtin.ts'
import { dataFault, type SchemaFault } from './component-types/json-schema.ts'
import { mergePatch } from './component-types/merge-patch.ts'
import { nativeData, withNative } from './component-types/native.ts'
import { isSealed } from './component-types/sealed.ts'
import { type Decision, entityNotFound, entityUpdated, type Refused, refuse } from './decision.ts'
import type { Entity, JsonObject } from './event.ts'
import type { WorkingSet } from './working-set.ts'

type CommandOf<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>

/** Components of registered types that an entity may have. */
const componentLimit = 64
/** Bytes of one component's data as JSON. */
const componentLimitBytes = 64 * 1024

export const setComponent = (
  set: WorkingSet,
  { entityId, type, data }: CommandOf<'set-component'>,
): Decision => changeComponent(set, entityId, type, () => data)

export const mergeComponent = (
  set: WorkingSet,
  { entityId, type, patch }: CommandOf<'merge-component'>,
): Decision => {
  if (set.componentTypes.get(type)?.definition.sensitive)
    return refuse('component-sealing', `${type} is sensitive: its data is set as a whole`, { entityId, type })
  return changeComponent(set, entityId, type, (before) => mergePatch(before ?? {}, patch))
}

const changeComponent = (
  set: WorkingSet,
  entityId: string,
  type: string,
  next: (before: JsonObject | undefined) => JsonObject,
): Decision => {
  const entity = set.entities.get(entityId)?.entity
  if (entity === undefined) return entityNotFound(entityId)
  if (isNative(type)) return changeNative(entity, type, next(nativeData(entity, type)))
  const data = next(entity.components?.[type])
  const refusal = refuseComponent(set, entityId, type, data)
  if (refusal !== undefined) return refusal
  const before = entity.components ?? {}
  if (!Object.hasOwn(before, type) && Object.keys(before).length >= componentLimit) {
    const detail = `'${entityId}' has ${componentLimit} components already, which is the limit`
    return refuse('too-many-components', detail, { entityId, type })
  }
  return entityUpdated(entityId, keyChanges(entityId, 'components', before, { ...before, [type]: data }))
}

const changeNative = (entity: Entity, type: 'Position' | 'Name', data: JsonObject): Decision => {
  const after = withNative(entity, type, data)
  return 'message' in after
    ? invalidComponent(entity.id, type, after)
    : entityUpdated(entity.id, entityChanges(entity, after))
}

export const removeComponent = (
  set: WorkingSet,
  { entityId, type }: CommandOf<'remove-component'>,
): Decision => {
  const entity = set.entities.get(entityId)?.entity
  if (entity === undefined) return entityNotFound(entityId)
  const refusal = refuseFixed(entityId, type)
  if (refusal !== undefined) return refusal
  if (isNative(type)) return refuse('component-type-fixed', `every entity has a ${type}`, { entityId, type })
  const { [type]: _, ...rest } = entity.components ?? {}
  return entityUpdated(entityId, keyChanges(entityId, 'components', entity.components ?? {}, rest))
}

/** Why data cannot be the component of an entity; undefined where it can. */
export const refuseComponent = (
  set: WorkingSet,
  entityId: string,
  type: string,
  data: JsonObject,
): Refused | undefined => {
  const fixed = refuseFixed(entityId, type)
  if (fixed !== undefined) return fixed
  if (Buffer.byteLength(JSON.stringify(data)) > componentLimitBytes)
    return invalidComponent(entityId, type, {
      path: '',
      message: `must have at most ${componentLimitBytes} bytes as JSON`,
    })
  const registered = set.componentTypes.get(type)?.definition
  if (registered === undefined && !builtinTypes.has(type)) {
    const detail = `there is no component type '${type}' in this world; register it first`
    return refuse('component-type-unknown', detail, { entityId, type })
  }
  if (isSealed(data) !== (registered?.sensitive ?? false)) {
    const detail = `whether ${type} is sensitive has changed meanwhile, or its data has the field $sealed; send it again without`
    return refuse('component-sealing', detail, { entityId, type })
  }
  if (registered?.sensitive) return undefined
  const fault = registered === undefined ? builtinFault(type, data) : dataFault(registered.schema, data)
  return fault && invalidComponent(entityId, type, fault)
}

const refuseFixed = (entityId: string, type: string) => {
  const reason = fixedTypes.get(type)
  return reason === undefined
    ? undefined
    : refuse('component-type-fixed', `${type} is not written as a component: ${reason}`, { entityId, type })
}

const builtinFault = (type: string, data: JsonObject): SchemaFault | undefined => {
  const parsed = builtinTypes.get(type)!.schema.safeParse(data)
  if (parsed.success) return undefined
  const { path, message } = parsed.error.issues[0]!
  return { path: path.join('.'), message }
}

const invalidComponent = (entityId: string, type: string, { path, message }: SchemaFault) =>
  refuse('invalid-component', `${type}${path === '' ? '' : `.${path}`} of '${entityId}' ${message}`, {
    entityId,
    type,
    path,
    message,
  })
