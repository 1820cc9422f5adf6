import { applyEvent } from '#physics/apply'
import { cutCheckpoint } from '#physics/checkpoint'
import { stateHash } from '#physics/state-hash'
import { tickBatch } from '#physics/tick-sink'
import { settleWritten, takeDirty, writeBack } from '#physics/write-back'
import { drive } from '#platform/arrays/drive'
import { movedBodies } from './events.ts'
import type { TickStage } from './stage.ts'
import { measureStepParts, runStep } from './step-parts.ts'

/**
 * What a tick consists of, in its order. The rest of the step is what it took less the trees and the forces, which
 * are measured after it: so the noise of all three is in it, and on a busy machine it may come out below 0.
 */
export const partNames = [
  'events in',
  'tree',
  'forces',
  'rest of the step',
  'tick batch',
  'tick log',
  'write-back',
  'checkpoint cut',
  'state hash',
] as const

/** Milliseconds. */
export type TickParts = Record<(typeof partNames)[number], number>

/** The parts between whose beginning and end no other tick can begin. */
export const loopParts = ['events in', 'tree', 'forces', 'rest of the step', 'tick batch'] as const

const eventsPerTick = 100

/**
 * One tick of the world with everything that can come of it, one after the other. In the service the tick log,
 * the write-back (once a second at most) and the checkpoint (every 30 s) go on beside the next ticks; the cut
 * of a checkpoint alone holds them up.
 */
export const measureTick = async (stage: TickStage): Promise<TickParts> => {
  const { simulation, inbox, writer } = stage
  inbox.offer(movedBodies(simulation, eventsPerTick))
  const timer = startTimer()
  for (const event of inbox.take()) applyEvent(simulation, event)
  const eventsMs = timer()
  await runStep(simulation)
  const stepMs = timer()
  const batch = tickBatch(simulation, [])
  const batchMs = timer()
  writer.add({ tick: simulation.tick, toSeq: simulation.seq }, batch)
  await writer.untilDurable(simulation.tick)
  const logMs = timer()
  await writeAllBack(stage)
  const writeBackMs = timer()
  const cut = cutCheckpoint(simulation, [])
  const cutMs = timer()
  await drive(stateHash(cut.bodies, cut.tick, cut.seq, cut.gamma))
  const hashMs = timer()
  const { tree, forces } = await measureStepParts(simulation)
  return {
    ...{ 'events in': eventsMs, tree, forces, 'rest of the step': stepMs - tree - forces },
    ...{ 'tick batch': batchMs, 'tick log': logMs, 'write-back': writeBackMs },
    ...{ 'checkpoint cut': cutMs, 'state hash': hashMs },
  }
}

/** Answers the milliseconds since its last call. */
const startTimer = (): (() => number) => {
  let since = performance.now()
  return () => {
    const now = performance.now()
    const ms = now - since
    since = now
    return ms
  }
}

const writeAllBack = async (stage: TickStage): Promise<void> => {
  const { simulation, retry } = stage
  for (let next = 0; simulation.hasDirty; ) {
    const cut = takeDirty(simulation, next)
    next = cut.next
    await writeBack(stage, cut, retry)
    settleWritten(simulation)
  }
}
