import type { WorldEvent } from '#world/event'

/** Whether an event of the log changes what chronicles do to entities, or by what rules. */
export const changesStory = ({ type }: { type: string }): boolean =>
  type.startsWith('chronicle.') || type === 'world.settings_changed.v1'

/** Whether it is about entities and follows from no chronicle: what a world can have told in its own chronicle `system`. */
export const isOfEntities = ({ type, cause }: Pick<WorldEvent, 'type' | 'cause'>): boolean =>
  (type.startsWith('entity.') || type.startsWith('relationship.')) && cause.chronicleEventId === undefined
