import { entityChanges } from './changes.ts'
import type { Command } from './commands.ts'
import { isReservedType } from './component-types/builtin.ts'
import type { ComponentTypeDefinition } from './component-types/definition.ts'
import { hotFault } from './component-types/hot-fault.ts'
import { dataFault, schemaFault } from './component-types/json-schema.ts'
import { upgradeData } from './component-types/upgrade.ts'
import { type Decision, nothing, refuse } from './decision.ts'
import type { Change, Json } from './event.ts'
import { jsonEqual } from './json.ts'
import { upgradeLimit } from './postgres/load-types.ts'
import type { EventDraft, WorkingSet } from './working-set.ts'

/** Component types that a world may register. */
const typeLimit = 256

/**
 * Registers a component type, or its next version; every entity that has the component is brought to it by an event of
 * its own, so that data in the database is always of the newest version.
 */
export const registerType = (
  set: WorkingSet,
  { definition }: Extract<Command, { kind: 'register-component-type' }>,
): Decision => {
  const { type } = definition
  const before = set.componentTypes.get(type)?.definition
  if (before !== undefined && jsonEqual(before as unknown as Json, definition as unknown as Json))
    return nothing
  const fault = definitionFault(set, definition, before)
  if (fault !== undefined)
    return refuse('invalid-component-type', `${type}: ${fault.path} ${fault.message}`, {
      ...{ type, path: fault.path, message: fault.message },
    })
  const registered: EventDraft = {
    type: 'component_type.registered.v1',
    entityId: null,
    data: { definition },
  }
  if (before === undefined) return { events: [registered] }
  const upgraded = upgradeHolders(set, definition)
  if ('refusal' in upgraded) return upgraded
  return { events: [registered, ...upgraded.events] }
}

const definitionFault = (
  set: WorkingSet,
  { type, version, schema, needs, excludes, sensitive, hot }: ComponentTypeDefinition,
  before: ComponentTypeDefinition | undefined,
): { path: string; message: string } | undefined => {
  if (isReservedType(type)) return { path: 'type', message: 'is a type that every world has: choose another' }
  if (before === undefined && set.componentTypes.size >= typeLimit)
    return { path: 'type', message: `would be one too many: a world has at most ${typeLimit} of its own` }
  const expected = (before?.version ?? 0) + 1
  if (version !== expected)
    return { path: 'version', message: `must be ${expected}, the one after what is registered` }
  if (before !== undefined && before.sensitive !== sensitive)
    return { path: 'sensitive', message: 'cannot be changed: register another type' }
  const rule = sensitive ? set.chronicle.ruledTypes.get(type) : undefined
  if (rule !== undefined)
    return {
      path: 'sensitive',
      message: `must be false: the world's chronicle rules set the type (${rule}), and what chronicles tell is in clear`,
    }
  if (sensitive && (hot.number ?? hot.text) !== undefined)
    return { path: 'hot', message: 'must be empty: nothing of a sensitive type lies in the clear' }
  const fault = schemaFault(schema)
  if (fault !== undefined)
    return { path: fault.path === '' ? 'schema' : `schema.${fault.path}`, message: fault.message }
  const heat = hotFault(schema, hot)
  if (heat !== undefined) return heat
  for (const [path, names] of [
    ['needs', needs],
    ['excludes', excludes],
  ] as const) {
    const unknown = names.find((name) => !isReservedType(name) && !set.componentTypes.has(name))
    if (unknown !== undefined) return { path, message: `names '${unknown}', which this world does not know` }
    if (names.includes(type)) return { path, message: `must not name ${type} itself` }
  }
  return undefined
}

const upgradeHolders = (set: WorkingSet, definition: ComponentTypeDefinition): Decision => {
  const { type, upgrade = [], schema, sensitive } = definition
  if (sensitive) return refuseSealedUpgrade(set, definition)
  if (set.crowdedTypes.has(type)) {
    const detail = `more than ${upgradeLimit} entities have ${type}, and one request brings at most that many to a new version; register another type`
    return refuse('too-many-components', detail, { type })
  }
  const events: EventDraft[] = []
  for (const state of set.entities.values()) {
    const data = state?.entity.components?.[type]
    if (state === null || data === undefined) continue
    const { entity } = state
    const upgraded = upgradeData(data, upgrade)
    const fault = dataFault(schema, upgraded)
    if (fault !== undefined) {
      const detail = `${type}.${fault.path} of '${entity.id}' would then be invalid: ${fault.message}`
      return refuse('invalid-component-type', detail, {
        ...{
          type,
          path: 'upgrade',
          message: `leaves '${entity.id}' with invalid data: ${fault.path} ${fault.message}`,
        },
      })
    }
    const changes: Change[] = entityChanges(entity, {
      ...entity,
      components: { ...entity.components, [type]: upgraded },
    })
    if (changes.length > 0) events.push({ type: 'entity.updated.v1', entityId: entity.id, data: { changes } })
  }
  return { events }
}

/** Nobody can open sealed data here: a new version has no steps, and data stays as it was sealed, or nobody has it. */
const refuseSealedUpgrade = (set: WorkingSet, { type, upgrade = [] }: ComponentTypeDefinition): Decision => {
  const isHeld =
    set.crowdedTypes.has(type) ||
    [...set.entities.values()].some((state) => state?.entity.components?.[type] !== undefined)
  if (upgrade.length === 0 || !isHeld) return nothing
  const message =
    'must be empty: entities have this sensitive type, and what is sealed cannot be upgraded; remove it from them, or register another type'
  return refuse('invalid-component-type', `${type}: upgrade ${message}`, { type, path: 'upgrade', message })
}
