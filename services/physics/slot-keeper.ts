import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { retrying } from './retry.ts'
import { type Claimant, claimSlot, releaseSlot, renewSlot, type SlotState } from './slots.ts'

/** The slot of this process, whose queue brings the events of the worlds that it holds. */
export interface SlotKeeper {
  current(): number
  /** Waits for a free slot. @throws the signal's reason */
  claim(signal: AbortSignal): Promise<void>
  renew(): Promise<SlotState>
  release(): Promise<void>
}

export interface SlotKeeperOptions {
  pool: pg.Pool
  claimant: Claimant
  /** How many slots there are. */
  count: number
  ttlMs: number
  log: (line: string) => void
}

const askAgainMs = 500

export const createSlotKeeper = ({ pool, claimant, count, ttlMs, log }: SlotKeeperOptions): SlotKeeper => {
  const { holder } = claimant
  let slot = -1
  const report = (error: unknown): void => log(`no slot yet: ${(error as Error).message}`)
  return {
    current: () => slot,
    claim: async (signal) => {
      for (let tries = 0; ; tries++) {
        const claimed = await retrying(() => claimSlot(pool, claimant, count, ttlMs), { signal, report })
        if (claimed !== undefined) {
          slot = claimed
          return
        }
        if (tries === 1) log(`all ${count} slots are held; waiting for one`)
        await sleep(askAgainMs, undefined, { signal })
      }
    },
    renew: () => renewSlot(pool, holder, slot, ttlMs),
    release: () => releaseSlot(pool, holder, slot),
  }
}
