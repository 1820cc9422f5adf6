export interface TaskLimits {
  maxTasks: number
  /** A task takes so many before another one is wanted. */
  worldsPerTask: number
}

/** How many tasks so many active worlds need: none for none. */
export const desiredTasks = (worlds: number, { maxTasks, worldsPerTask }: TaskLimits): number =>
  Math.min(maxTasks, Math.ceil(worlds / worldsPerTask))
