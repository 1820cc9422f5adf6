import type pg from 'pg'
import { drive } from '#platform/arrays/drive'
import type { WorldEvent } from '#world/event'
import type { Checkpointed } from './checkpoint.ts'
import type { LogSource } from './commit-entries.ts'
import { eventsBetween } from './log.ts'
import type { Simulation } from './simulation.ts'
import { runTick } from './tick.ts'
import { type LoggedTick, readTicks } from './tick-log.ts'

/** A checkpoint is of this log where its tick is there, with the same events: another database may share the store. */
export const isOfLog =
  (pool: pg.Pool, worldId: string) =>
  async ({ tick, seq }: Checkpointed): Promise<boolean> => {
    const [logged] = await readTicks(pool, worldId, tick - 1, tick)
    return logged?.toSeq === seq
  }

export interface ReplayOptions {
  signal?: AbortSignal | undefined
  /** The last tick to run; default: the last of the log. */
  toTick?: number
  /** Called after each tick, before the next one begins; what it throws ends the replay. */
  onTick?: (tick: LoggedTick, isStep: boolean) => void | Promise<void>
}

/** Runs every logged tick after the state's own again, up to `toTick` at most: bit by bit what they were. */
export const replayTicks = async (
  source: LogSource,
  simulation: Simulation,
  { signal, toTick, onTick }: ReplayOptions = {},
): Promise<void> => {
  for (;;) {
    const ticks = await readTicks(source.pool, simulation.worldId, simulation.tick, toTick)
    if (ticks.length === 0) return
    await replay(source, simulation, ticks, { signal, onTick })
  }
}

const replay = async (
  source: LogSource,
  simulation: Simulation,
  ticks: LoggedTick[],
  { signal, onTick }: ReplayOptions,
): Promise<void> => {
  const { worldId, settings, seq } = simulation
  const log = eventsBetween(source, worldId, settings, seq, ticks.at(-1)!.toSeq)
  let waiting: WorldEvent[] = []
  for (const logged of ticks) {
    const { tick, toSeq } = logged
    while ((waiting.at(-1)?.seq ?? simulation.seq) < toSeq) {
      const { done, value } = await log.next()
      if (done)
        throw new Error(`the log of world ${simulation.worldId} ends before tick ${tick} (seq ${toSeq})`)
      waiting = waiting.concat(value)
    }
    const count = waiting.findLastIndex(({ seq }) => seq <= toSeq) + 1
    const isStep = await drive(runTick(simulation, waiting.slice(0, count)), signal)
    waiting = waiting.slice(count)
    if (simulation.tick !== tick)
      throw new Error(`the tick log of world ${simulation.worldId} has no tick ${tick - 1}`)
    await onTick?.(logged, isStep)
  }
}
