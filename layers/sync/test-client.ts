import type { Entity } from '#world/event'
import { applyChanges } from '#world/evolve'
import type { FullCast, GroupChanges, LimitedCast } from './casts.ts'

/** What a client of docs/sync-protocol.md holds, in its plainest form. */
export type ClientState = Map<string, Entity>

/** Applies what a frame of the full cast tells: removed, created, updated, moved. */
export const applyFull = (state: ClientState, { entityMoved = [], ...groups }: FullCast): void => {
  const all = Object.values(groups) as GroupChanges[]
  for (const { deleted = [] } of all) for (const id of deleted) state.delete(id)
  for (const { created = [] } of all) for (const entity of created) state.set(entity.id, entity)
  for (const { updated = [] } of all)
    for (const change of updated) {
      const entity = state.get(change.entityId)
      if (entity !== undefined) state.set(entity.id, applyChanges(entity, [change]))
    }
  move(state, entityMoved)
}

/** Applies what a frame of the limited cast tells; of what is made it has no more than what is visible. */
export const applyLimited = (
  state: ClientState,
  { entityRemoved = [], entityCreated = [], entityMoved = [] }: LimitedCast,
): void => {
  for (const id of entityRemoved) state.delete(id)
  for (const { id, type, position } of entityCreated)
    state.set(id, { id, classType: type, position } as unknown as Entity)
  move(state, entityMoved)
}

const move = (state: ClientState, moved: NonNullable<FullCast['entityMoved']>): void => {
  for (const { id, position } of moved) {
    const entity = state.get(id)
    if (entity !== undefined) state.set(id, { ...entity, position: [...position] as Entity['position'] })
  }
}
