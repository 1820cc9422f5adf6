/** Whether an event of the log changes what chronicles do to entities, or by what rules. */
export const changesStory = ({ type }: { type: string }): boolean =>
  type.startsWith('chronicle.') || type === 'world.settings_changed.v1'
