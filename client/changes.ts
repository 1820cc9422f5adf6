import type { Json, Position, SyncEntity } from './entity.ts'
import { ProtocolFault } from './protocol-fault.ts'

export type Cast = 'limited' | 'full'

/** One field's new value; absent: the field is gone. */
export interface FieldChange {
  entityId: string
  /** `position`, `classType`, `parameters.wavelength`, `components.Health`: a name, or a group and a key that may hold dots. */
  field: string
  oldValue?: Json
  newValue?: Json
}

export interface Move {
  id: string
  position: Position
}

/** Both casts in one form. They are applied in this order: removed, created, updated, moved. */
export interface Changes {
  removed: readonly string[]
  created: readonly SyncEntity[]
  updated: readonly FieldChange[]
  moved: readonly Move[]
  /** Of those created and removed: the ones that came into the filter or left it, and live on. */
  entered: readonly string[]
  left: readonly string[]
}

export const noChanges: Changes = { removed: [], created: [], updated: [], moved: [], entered: [], left: [] }

const groups = ['entities', 'npcs', 'resources', 'buildings'] as const

/**
 * Reads the changes of a frame, in either cast.
 *
 * @param message has `entered` and `left` beside them
 * @throws ProtocolFault
 */
export const readChanges = (data: unknown, message: Wire = {}): Changes => {
  const wire = record(data, 'changes')
  const full = groups.filter((group) => wire[group] !== undefined)
  const casts = full.map((group) => ({ group, ...record(wire[group], group) }) as Wire & { group: string })
  return {
    removed: [...casts.flatMap((cast) => list(cast.deleted)), ...list(wire.entityRemoved)] as string[],
    created: [
      ...casts.flatMap(({ group, created }) =>
        list(created).map((entity) => ({ ...(entity as SyncEntity), group })),
      ),
      ...list(wire.entityCreated).map(visibleEntity),
    ],
    updated: casts.flatMap(({ group, updated }) =>
      (list(updated) as FieldChange[]).flatMap((change) => withGroup(change, group)),
    ),
    moved: list(wire.entityMoved) as Move[],
    entered: list(message.entered) as string[],
    left: list(message.left) as string[],
  }
}

/** An entity of another class is told of in that one's group. */
const withGroup = (change: FieldChange, group: string): FieldChange[] =>
  change.field === 'classType'
    ? [change, { entityId: change.entityId, field: 'group', newValue: group }]
    : [change]

const visibleEntity = (data: unknown): SyncEntity => {
  const { id, type, position } = data as { id: string; type: string; position: Position }
  return { id, classType: type, position }
}

/** What the limited cast says of an entity; the rest, which nothing would keep true, is left out. */
export const visiblePart = ({ id, classType, position }: SyncEntity): SyncEntity => ({
  id,
  classType,
  position,
})

export type Wire = { readonly [key: string]: unknown }

/** @throws ProtocolFault */
export const record = (value: unknown, what: string): Wire => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Wire
  throw new ProtocolFault(`${what} must be an object, not ${JSON.stringify(value)?.slice(0, 80)}`)
}

/** The array, or an empty one where there is none. @throws ProtocolFault */
export const list = (value: unknown): readonly unknown[] => {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  throw new ProtocolFault(`expected an array, not ${JSON.stringify(value)?.slice(0, 80)}`)
}
