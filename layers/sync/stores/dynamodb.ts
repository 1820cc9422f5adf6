import { randomUUID } from 'node:crypto'
import type { TickStore, TickStoreOptions, TickWriterFence } from '../tick-store.ts'
import { readHeads, readTicks } from './dynamodb/read-ticks.ts'
import { toItems } from './dynamodb/tick-items.ts'
import { readWorldRow, replaceWorldRow, type TicksTable, type WorldRow } from './dynamodb/world-row.ts'
import { advanceState, claimState, currentState, type WorldState } from './dynamodb/world-state.ts'
import { TicksTableBusy, writeItems } from './dynamodb/write-items.ts'

export interface DynamoTickStoreOptions extends TickStoreOptions {
  /** Exists, with the keys of dynamodb/keys.ts. */
  table: TicksTable
}

/** What a process remembers of a world between its puts. */
interface Writing {
  writer: string
  row: WorldRow
}

/** Worlds that a process remembers; where there are more it forgets all, and reads their rows again. */
const maxWorlds = 10_000
/** Times that a row is another one than it was when it was read; one writer alone has none. */
const maxConflicts = 10

/**
 * Ticks in a table of DynamoDB. The items of a put are written in any order; then the world's row, if it is as it was and
 * the fence holds, makes them part of the world, so that readers see all of them or none. That costs a write for each
 * put and each tick, and one for each KB of slices that do not fit in the tick's head.
 */
export const dynamoTickStore = (options: DynamoTickStoreOptions): TickStore => {
  const { table } = options
  const ttlMs = options.ttlSeconds * 1_000
  const writings = new Map<string, Writing>()
  const oldestOf = oldestTicks(table)
  const nowMs = (): number => options.now().getTime()

  /**
   * Replaces the row by what `next` makes of it. A put that failed may have left anything: the writer takes another name,
   * by which that is never read. @throws TickFenceLost
   */
  const change = async (
    fence: TickWriterFence,
    next: (state: WorldState, writer: string) => Promise<WorldState> | WorldState,
  ): Promise<void> => {
    const { worldId } = fence
    let writing = writings.get(worldId)
    writings.delete(worldId)
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const row = writing?.row ?? (await readWorldRow(table, worldId))
      const writer = writing?.writer ?? randomUUID().slice(-12)
      const current = currentState(row.state, nowMs(), randomUUID)
      const state = await next(claimState(current, fence, writer), writer)
      const replaced = await replaceWorldRow(table, worldId, row, state)
      if (replaced !== undefined) {
        if (writings.size >= maxWorlds) writings.clear()
        writings.set(worldId, { writer, row: replaced })
        return
      }
      writing = { writer, row: await readWorldRow(table, worldId) }
    }
    throw new TicksTableBusy(`others write the world ${worldId} all the time`)
  }

  /** Without what has expired. */
  const look = async (worldId: string, now: number): Promise<WorldState> =>
    currentState((await readWorldRow(table, worldId)).state, now, randomUUID)

  return {
    put: async (fence, ticks, latest) => {
      const now = nowMs()
      const heldUntilMs = now + ttlMs
      const written = new Set<number>()
      await change(fence, async (state, writer) => {
        let last = state.tick
        const fresh = ticks.filter(({ tick }) => tick > last && (last = tick) === tick)
        const missing = fresh.filter(({ tick }) => !written.has(tick))
        for (const { tick } of missing) written.add(tick)
        await writeItems(
          table,
          missing.flatMap((tick) => toItems(fence.worldId, writer, tick, heldUntilMs)),
        )
        return advanceState(state, fresh, latest, { nowMs: now, heldUntilMs })
      })
    },
    putFull: async (fence, full) => {
      const heldUntilMs = nowMs() + ttlMs
      await change(fence, (state) => ({
        ...state,
        full: { ...full },
        heldUntilMs: Math.max(state.heldUntilMs, heldUntilMs),
      }))
    },
    read: async (worldId, range, regions, limit) => {
      const now = nowMs()
      return readTicks(table, worldId, await look(worldId, now), range, regions, limit, now)
    },
    latest: async (worldId) => {
      const now = nowMs()
      const state = await look(worldId, now)
      if (state.latest === null) return undefined
      return { ...state.latest, oldestTick: await oldestOf(worldId, state, now), full: state.full }
    },
    close: async () => writings.clear(),
  }
}

/** Answers the oldest tick that is held; it goes on from where it found it before, as the oldest ones expire first. */
const oldestTicks = (table: TicksTable) => {
  const known = new Map<string, { life: string; tick: number; heldUntilMs: number }>()
  return async (worldId: string, state: WorldState, nowMs: number): Promise<number | null> => {
    const before = known.get(worldId)
    const hint = before?.life === state.life ? before : undefined
    if (hint !== undefined && hint.heldUntilMs > nowMs) return hint.tick
    const range = { fromTick: hint?.tick ?? 0, toTick: state.tick }
    for await (const head of readHeads(table, worldId, state, range, nowMs, hint === undefined ? 100 : 10)) {
      if (known.size >= maxWorlds) known.clear()
      known.set(worldId, { life: state.life, tick: head.tick, heldUntilMs: head.heldUntilMs })
      return head.tick
    }
    return null
  }
}
