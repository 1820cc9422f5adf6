import { isDatabaseUnavailable } from '#platform/postgres/pool'
import type { Log } from '#platform/telemetry/log'
import type { WorldWriter } from '#world/writer'
import type { RetentionContext } from '../archive.ts'
import { entitySteps } from './entity-steps.ts'
import {
  findHeldWorld,
  finishErasure,
  type Step,
  storeSteps,
  type TakenErasure,
  takeErasure,
  waitWithErasure,
} from './erasures.ts'
import { NotYet } from './not-yet.ts'
import { tenantSteps } from './tenant-steps.ts'

export interface ErasureContext extends RetentionContext {
  /** As orrery_app: what is there now is deleted as anybody would, so that all who follow the world are told. */
  writer: WorldWriter
  log: Log
}

/** A part of an erasure; begun anew it finds what is left. Answers what it erased, for the certificate. */
export interface ErasureStep {
  name: string
  run(
    context: ErasureContext,
    erasure: TakenErasure,
    done: readonly Step[],
  ): Promise<Omit<Step, 'step' | 'at'>>
}

/** A hold keeps what should be erased. */
class Held extends Error {
  readonly code = 'held'
}

const waitSeconds = 30

/** How often one is begun that ends whoever runs it, or fails. */
const maxAttempts = 1_000

/**
 * Does the erasures that were asked for, oldest first; answers how many it worked on. Any number of processes may call it at
 * any time. A step that was done is not done again.
 *
 * @throws what says that the database is away: then it is begun anew later.
 */
export const runErasures = async (context: ErasureContext): Promise<number> => {
  for (let count = 0; ; count++) {
    const erasure = context.signal?.aborted ? undefined : await takeErasure(context.pool)
    if (erasure === undefined) return count
    await run(context, erasure)
  }
}

const run = async (context: ErasureContext, erasure: TakenErasure): Promise<void> => {
  const { pool, log } = context
  try {
    await takeSteps(context, erasure)
    await finishErasure(pool, erasure, null)
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error
    const { code = 'internal', message } = error as { code?: string; message: string }
    const why = { code, detail: message }
    if (error instanceof NotYet) return waitWithErasure(pool, erasure, waitSeconds, why)
    log(`erasure ${erasure.erasureId}: ${message}`, { level: 'error' })
    const isFinal = error instanceof Held || erasure.attempts >= maxAttempts
    if (!isFinal) return waitWithErasure(pool, erasure, waitSeconds * 10, why)
    await finishErasure(pool, erasure, why)
  }
}

const takeSteps = async (context: ErasureContext, erasure: TakenErasure): Promise<void> => {
  const done = [...erasure.steps]
  const steps = erasure.entityId === null ? tenantSteps : entitySteps
  for (const { name, run } of steps) {
    if (done.some(({ step }) => step === name)) continue
    if (context.signal?.aborted) throw new NotYet('there is no time left')
    await refuseHeld(context, erasure)
    const erased = await run(context, erasure, done)
    done.push({ step: name, at: context.now().toISOString(), ...erased } as Step)
    await storeSteps(context.pool, erasure, done)
  }
}

const refuseHeld = async ({ pool }: ErasureContext, { tenantId, worldId }: TakenErasure): Promise<void> => {
  const held = await findHeldWorld(pool, tenantId, worldId)
  if (held !== undefined) throw new Held(`a hold keeps world '${held}'`)
}
