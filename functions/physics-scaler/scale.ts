import type { Log } from '#platform/telemetry/log'
import { desiredTasks, type TaskLimits } from './desired-tasks.ts'
import type { ScaledService } from './ecs-service.ts'

export interface ScaleParts {
  /** Worlds that need a task, as of now. */
  countWorlds(): Promise<number>
  service: ScaledService
  limits: TaskLimits
  log: Log
}

const maxRounds = 5

/**
 * Gives the service the number of tasks that its worlds need. After each change it counts again: of two that do
 * this at once the one with the older count may have been the last to write.
 *
 * @throws what PostgreSQL and ECS throw; Error where the worlds do not stand still for long enough
 */
export const scale = async ({ countWorlds, service, limits, log }: ScaleParts): Promise<void> => {
  for (let round = 0; round < maxRounds; round++) {
    const worlds = await countWorlds()
    const [from, to] = [await service.desiredTasks(), desiredTasks(worlds, limits)]
    if (from === to) return
    await service.setDesiredTasks(to)
    log(`tasks: ${to} instead of ${from}; active worlds: ${worlds}`, { level: 'info', worlds, from, to })
  }
  throw new Error(`the number of tasks was changed ${maxRounds} times, and is not what the worlds need`)
}
