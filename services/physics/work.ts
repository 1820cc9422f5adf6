import type { Log } from '#platform/telemetry/log'
import { createDemandBell } from '#relay/demand'
import type { PhysicsConfig } from './config.ts'
import type { PhysicsQueues } from './connections.ts'
import { createDemandWatch } from './demand-watch.ts'
import type { Holdings } from './holdings.ts'
import { every } from './loops.ts'
import { receiveBatches } from './receive.ts'
import type { SlotKeeper } from './slot-keeper.ts'
import { createTaskProtection } from './task-protection.ts'

const stopWithinMs = 15_000
/** A renewal that failed is tried again so soon. */
const renewAgainMs = 250
/** How often it is seen to that ECS and the scaler know what is held here. */
const tellEveryMs = 1_000

export interface WorkOptions {
  config: PhysicsConfig
  log: Log
  holdings: Holdings
  slot: SlotKeeper
  queues: PhysicsQueues
}

export interface Work {
  /** Resolves when a process of another revision has started since this one. */
  superseded: Promise<void>
  /** Ends all work and gives up all worlds. */
  stop(): Promise<void>
}

/** Receives, renews and looks for worlds until it is stopped. */
export const work = ({ config, log, holdings, slot, queues }: WorkOptions): Work => {
  const stopping = new AbortController()
  // goes on while worlds are given up: their leases must not run out underneath
  const renewing = new AbortController()
  const { promise: superseded, resolve: supersede } = Promise.withResolvers<void>()
  const report = (what: string) => (error: unknown) => log(`${what}: ${(error as Error).message}`)
  const receive = () => receiveAll(queues, slot.current(), holdings, report('queue'))
  let receiver = receive()

  const renew = async (): Promise<void> => {
    const [state] = await Promise.all([slot.renew(), holdings.renew()])
    if (state === 'superseded') supersede()
    if (state !== 'lost' || stopping.signal.aborted) return
    log(`slot ${slot.current()} was taken by another process`)
    await receiver.stop()
    await slot.claim(stopping.signal)
    receiver = receive()
  }
  const { renewEveryMs, scanEveryMs } = config
  const renewals = every(
    { ms: renewEveryMs, againMs: renewAgainMs, signal: renewing.signal, report: report('renewal') },
    renew,
  )
  const often = (what: string, ms: number, once: () => Promise<void>): Promise<void> =>
    every({ ms, againMs: ms, signal: stopping.signal, report: report(what) }, once)
  const scans = often('scan', scanEveryMs, holdings.takeOrphans)
  const telling = Object.entries(tellers(config, holdings, queues)).map(([what, tell]) =>
    often(what, tellEveryMs, tell),
  )
  return {
    superseded,
    stop: async () => {
      stopping.abort()
      await Promise.all([receiver.stop(), scans])
      await holdings.stop(stopWithinMs)
      renewing.abort()
      await Promise.all([renewals, ...telling])
    },
  }
}

/** What tells ECS and the scaler, where there are any, what is held here. */
const tellers = (
  { ecsAgentUri: agentUri }: PhysicsConfig,
  holdings: Holdings,
  { demand: queue }: PhysicsQueues,
): Record<string, () => Promise<void>> => {
  const nowMs = () => performance.now()
  const tell: Record<string, () => Promise<void>> = {}
  if (agentUri !== undefined) {
    const protection = createTaskProtection({ agentUri, nowMs })
    tell['task protection'] = () => protection.keep(holdings.count() > 0)
  }
  if (queue !== undefined) {
    const watch = createDemandWatch(createDemandBell({ queue, nowMs }))
    tell.demand = () => watch.look({ worlds: holdings.count(), moving: holdings.moving() })
  }
  return tell
}

const receiveAll = (
  queues: PhysicsQueues,
  slot: number,
  { take }: Holdings,
  report: (error: unknown) => void,
): { stop(): Promise<void> } => {
  const receiving = new AbortController()
  const { signal } = receiving
  const received = [queues.slot(slot), queues.wake].map((queue) =>
    receiveBatches(queue, take, { signal, report }),
  )
  return {
    stop: async () => {
      receiving.abort()
      await Promise.all(received)
    },
  }
}
