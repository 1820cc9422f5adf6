import type { Command } from '#world/commands'
import { builtinTypes, fixedTypes, isNative } from '#world/component-types/builtin'
import type { JsonObject } from '#world/event'

/** Data of a component in a command, or what it is compared with. */
export interface NamedComponent {
  type: string
  entityId: string
  commandIndex: number
  /** Below the command's own field in the request: `components.Health`, or ''. */
  path: string
  /** The whole of it; undefined for a part: a patch, or an expectation of a field. */
  data: JsonObject | undefined
  kind: Command['kind']
}

/** Components of registered types whose data stands in the commands; those that every world has are left out. */
export const namedComponents = (commands: readonly Command[]): NamedComponent[] =>
  commands.flatMap(componentsOf).filter(({ type }) => mayBeRegistered(type))

const mayBeRegistered = (type: string): boolean =>
  !builtinTypes.has(type) && !fixedTypes.has(type) && !isNative(type)

const componentsOf = (command: Command, commandIndex: number): NamedComponent[] => {
  const { kind } = command
  switch (kind) {
    case 'put-entity':
    case 'create-entity': {
      const { id: entityId, components = {} } = command.entity
      return Object.entries(components).map(([type, data]) => ({
        ...{ type, entityId, commandIndex, path: `components.${type}`, data, kind },
      }))
    }
    case 'set-component': {
      const { entityId, type, data } = command
      return [{ type, entityId, commandIndex, path: '', data, kind }]
    }
    case 'merge-component': {
      const { entityId, type } = command
      return [{ type, entityId, commandIndex, path: '', data: undefined, kind }]
    }
    case 'expect': {
      const { entityId, expected } = command
      if (expected.component?.field === undefined && expected.component?.value === undefined) return []
      const { type } = expected.component
      return [{ type, entityId, commandIndex, path: 'component.field', data: undefined, kind }]
    }
    default:
      return []
  }
}

/** The command with other data for its components, by type. */
export const withComponents = (command: Command, changed: Record<string, JsonObject>): Command => {
  if (command.kind === 'set-component') return { ...command, data: changed[command.type] ?? command.data }
  if (command.kind !== 'put-entity' && command.kind !== 'create-entity') return command
  const { entity } = command
  return { ...command, entity: { ...entity, components: { ...entity.components, ...changed } } }
}
