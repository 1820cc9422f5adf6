import type { Entity } from '#world/event'
import type { Position } from './facts.ts'

export type Shape =
  | { kind: 'box'; min: Position; max: Position }
  | { kind: 'sphere'; centre: Position; radius: number }

/** What of a world a client wants to be told. */
export interface Filter {
  shape?: Shape | undefined
  /** The shape goes with this entity: a sphere of this radius about it. */
  follow?: { entityId: string; radius: number } | undefined
  /** Only entities of these classes. */
  classes?: ReadonlySet<string> | undefined
  /** Of their components, only these. */
  components?: ReadonlySet<string> | undefined
}

/** Whether every entity is told of. */
export const isWhole = ({ shape, follow, classes }: Filter): boolean =>
  shape === undefined && follow === undefined && classes === undefined

/** How far the entity that is followed may go, in radii, before the sphere goes after it. */
const slack = 1 / 8

/** The shape about the entity at its new place; undefined: the old one will do. */
export const shapeAfter = ({ shape, follow }: Filter, position: Position | undefined): Shape | undefined => {
  if (follow === undefined || shape?.kind !== 'sphere' || position === undefined) return undefined
  const near: Shape = { ...shape, radius: slack * shape.radius }
  return holds(near, position) ? undefined : { ...shape, centre: position }
}

/** Borders included. */
export const holds = (shape: Shape, [x, y, z]: Position): boolean => {
  if (shape.kind === 'box') {
    const { min, max } = shape
    return x >= min[0] && x <= max[0] && y >= min[1] && y <= max[1] && z >= min[2] && z <= max[2]
  }
  const { centre, radius } = shape
  const [dx, dy, dz] = [x - centre[0], y - centre[1], z - centre[2]]
  return dx * dx + dy * dy + dz * dz <= radius * radius
}

/** The smallest box about it. */
export const boundsOf = (shape: Shape): { min: Position; max: Position } => {
  if (shape.kind === 'box') return shape
  const { centre, radius } = shape
  const [x, y, z] = centre
  return {
    min: [x - radius, y - radius, z - radius],
    max: [x + radius, y + radius, z + radius],
  }
}

/** The entity without the components that were not asked for. */
export const withComponents = <E extends Pick<Entity, 'components'>>(
  entity: E,
  { components: wanted }: Filter,
): E => {
  if (wanted === undefined || entity.components === undefined) return entity
  const { components, ...rest } = entity
  const kept = Object.entries(components).filter(([type]) => wanted.has(type))
  return (kept.length === 0 ? rest : { ...rest, components: Object.fromEntries(kept) }) as E
}

/** Whether a change of this field is told. */
export const tellsField = ({ components }: Filter, field: string): boolean =>
  components === undefined ||
  !field.startsWith('components.') ||
  components.has(field.slice('components.'.length))
