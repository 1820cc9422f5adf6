import type { Cast } from '../changes.ts'
import type { SyncEntity } from '../entity.ts'
import { fieldOf } from './model-state.ts'

/** What is to be told of one entity. */
export interface Told {
  id: string
  /** As it is after all; undefined: gone, or outside of the filter. */
  entity: SyncEntity | undefined
  /** All of it is told. */
  isBorn: boolean
  fields: readonly string[]
  isPlaced: boolean
}

const groups = ['entities', 'npcs'] as const

/** The changes as the protocol writes them. */
export const wireChanges = (all: readonly Told[], cast: Cast): object =>
  cast === 'full' ? fullCast(all) : limitedCast(all)

const limitedCast = (all: readonly Told[]): object => {
  const gone = all.filter(({ entity }) => entity === undefined)
  const born = all.filter(({ entity, isBorn }) => entity !== undefined && isBorn)
  const moved = all.filter(({ entity, isBorn, isPlaced }) => entity !== undefined && !isBorn && isPlaced)
  return {
    // one that has another class is removed and created
    entityRemoved: [...gone, ...born].map(({ id }) => id),
    entityCreated: born.map(({ entity }) => {
      const { id, classType, position } = entity!
      return { id, type: classType, position }
    }),
    entityMoved: moved.map(({ id, entity }) => ({ id, position: entity!.position })),
  }
}

const fullCast = (all: readonly Told[]): object =>
  Object.fromEntries(
    groups.map((group) => {
      const own = all.filter(({ entity }) => entity?.group === group)
      const created = own
        .filter(({ isBorn }) => isBorn)
        .map(({ entity }) => {
          const { group: _, ...rest } = entity!
          return rest
        })
      const updated = own.filter(({ isBorn }) => !isBorn).flatMap(changesOf)
      // one that changes its group is deleted from the other, whichever it was
      const deleted = all
        .filter(({ entity, isBorn }) => entity === undefined || (isBorn && entity.group !== group))
        .map(({ id }) => id)
      return [group, { created, updated, deleted }]
    }),
  )

const changesOf = ({ id, entity, fields, isPlaced }: Told): object[] => [
  ...fields.map((field) => {
    const newValue = fieldOf(entity!, field)
    return { entityId: id, field, oldValue: null, ...(newValue !== undefined && { newValue }) }
  }),
  ...(isPlaced ? [{ entityId: id, field: 'position', newValue: entity!.position }] : []),
]
