import type { Condition, HierarchyCondition, RelationshipCondition, Target } from '../ast.ts'
import type { SnapshotEntity, WorldSnapshot } from './snapshot.ts'
import { contains, foldCase, holds, valueAt } from './values.ts'
import { hierarchyEdges, reach } from './walks.ts'

/** Whether an entity of the world meets a condition. */
export const conditionTest = (
  world: WorldSnapshot,
  condition: Condition,
): ((entity: SnapshotEntity) => boolean) => {
  switch (condition.op) {
    case 'and': {
      const tests = condition.of.map((part) => conditionTest(world, part))
      return (entity) => tests.every((test) => test(entity))
    }
    case 'or': {
      const tests = condition.of.map((part) => conditionTest(world, part))
      return (entity) => tests.some((test) => test(entity))
    }
    case 'not': {
      const test = conditionTest(world, condition.of)
      return (entity) => !test(entity)
    }
    case 'has':
      return (entity) => valueAt(entity, condition.component) !== undefined
    case 'exists':
      return (entity) => valueAt(entity, condition.path) !== undefined
    case 'in':
      return (entity) => {
        const value = valueAt(entity, condition.path)
        return condition.values.some((literal) => holds('=', value, literal))
      }
    case 'between':
      return (entity) => {
        const value = valueAt(entity, condition.path)
        return holds('>=', value, condition.low) && holds('<=', value, condition.high)
      }
    case 'contains':
      return (entity) => contains(valueAt(entity, condition.path), condition.value)
    case '~': {
      const wanted = foldCase(condition.text)
      return (entity) => {
        const value = valueAt(entity, condition.path)
        return typeof value === 'string' && foldCase(value).includes(wanted)
      }
    }
    case 'tag':
      return ({ tags }) => tags.includes(condition.tag)
    case '->':
    case '<-': {
      const found = alongEdges(world, condition)
      return ({ id }) => found.has(id)
    }
    case 'under':
    case 'above': {
      const found = alongHierarchy(world, condition)
      return ({ id }) => found.has(id)
    }
    case 'depth': {
      const parents = new Map(hierarchyEdges(world).map(({ sourceId, targetId }) => [targetId, sourceId]))
      return ({ id }) => {
        let depth = 0
        for (let above = parents.get(id); above !== undefined; above = parents.get(above)) depth++
        return holds(condition.is, depth, condition.value)
      }
    }
    case 'box':
      return ({ position }) =>
        position.every((value, axis) => value >= condition.min[axis]! && value <= condition.max[axis]!)
    case 'sphere':
      return ({ position }) => within(position, condition.center, condition.radius)
    case 'near': {
      const center = world.entities.find(({ id }) => id === condition.entity)
      return (entity) =>
        center !== undefined &&
        entity !== center &&
        within(entity.position, center.position, condition.within)
    }
    default:
      return (entity) => holds(condition.op, valueAt(entity, condition.path), condition.value)
  }
}

// in the order in which the statement computes it, so that both round alike
const within = (a: readonly number[], b: readonly number[], radius: number): boolean => {
  const [dx, dy, dz] = [a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!]
  return dx * dx + dy * dy + dz * dz <= radius * radius
}

const targetIds = (world: WorldSnapshot, target: Target): string[] => {
  if (typeof target === 'string') return [target]
  return world.entities.filter(conditionTest(world, target.where)).map(({ id }) => id)
}

const alongEdges = (world: WorldSnapshot, condition: RelationshipCondition): Set<string> => {
  const { op, type, min = -Infinity, max = Infinity, steps = [1, 1], target } = condition
  const edges = world.relationships.filter(
    (edge) => (type === undefined || edge.type === type) && edge.strength >= min && edge.strength <= max,
  )
  if (target === undefined)
    return new Set(edges.map(({ sourceId, targetId }) => (op === '->' ? sourceId : targetId)))
  return reach(targetIds(world, target), edges, op === '->' ? 'to-source' : 'to-target', steps)
}

const alongHierarchy = (world: WorldSnapshot, condition: HierarchyCondition): Set<string> => {
  const { op, steps = [1, null], target } = condition
  const from = targetIds(world, target)
  return reach(
    from,
    hierarchyEdges(world),
    op === 'under' ? 'to-target' : 'to-source',
    steps as [number, null],
  )
}
