import type { Command, Refusal } from './commands.ts'
import { isNative } from './component-types/builtin.ts'
import { traitsOfType } from './component-types/registry.ts'
import { componentOf } from './components.ts'
import { refuse } from './decision.ts'
import type { Entity } from './event.ts'
import type { WorkingSet } from './working-set.ts'

/**
 * What component types need and exclude must hold of each entity whose components a request wrote, when all its commands
 * have been applied: within a request their order is free.
 */
export const checkDependencies = (set: WorkingSet, commands: readonly Command[]): Refusal | undefined => {
  const lastWrites = new Map<string, number>()
  for (const [index, command] of commands.entries()) {
    const entityId = writtenEntity(command)
    if (entityId !== undefined) lastWrites.set(entityId, index)
  }
  for (const [entityId, commandIndex] of lastWrites) {
    const entity = set.entities.get(entityId)?.entity
    const refused = entity && dependencyFault(set, entity)
    if (refused !== undefined) return { ...refused.refusal, commandIndex }
  }
  return undefined
}

const writtenEntity = (command: Command): string | undefined => {
  switch (command.kind) {
    case 'set-component':
    case 'merge-component':
    case 'remove-component':
      return command.entityId
    case 'put-entity':
    case 'create-entity':
      return command.entity.components && command.entity.id
    default:
      return undefined
  }
}

const dependencyFault = (set: WorkingSet, entity: Entity) => {
  const has = (type: string) => isNative(type) || componentOf(entity, type) !== undefined
  for (const type of Object.keys(entity.components ?? {})) {
    const traits = traitsOfType(set.componentTypes, type)
    const needed = traits?.needs.find((other) => !has(other))
    if (needed !== undefined) {
      const detail = `${type} of '${entity.id}' needs a ${needed} beside it`
      return refuse('component-needed', detail, { entityId: entity.id, type, needed })
    }
    const excluded = traits?.excludes.find(has)
    if (excluded !== undefined) {
      const detail = `${type} of '${entity.id}' cannot be beside ${excluded}`
      return refuse('component-excluded', detail, { entityId: entity.id, type, excluded })
    }
  }
  return undefined
}
