import { isDatabaseUnavailable } from '#platform/postgres/pool'
import type { Queue, ReceivedMessage } from '#platform/queue/queue'
import { parseDoorbell, ringDoorbell } from '#relay/doorbell'
import { isChronicleSweep, isVerification } from './bells.ts'
import type { ProjectionContext } from './context.ts'
import { ProjectionBusy } from './postgres/lock.ts'
import { projectWorld } from './project-world.ts'
import { notePublishingFailure, publishEntityEvents } from './publish.ts'
import { sweepChronicles } from './sweep.ts'
import { verifyDue } from './verify-due.ts'

export interface BellContext extends ProjectionContext {
  queue: Queue
}

/** undefined: served; else the bell is to come again after so many seconds. */
type Answer = { afterSeconds: number } | undefined

const busySeconds = 2
const longestSeconds = 300

/**
 * Serves messages of the queue of chronicles, those of one world once for all. Answers those that must come again, which
 * it has asked the queue to show when it is time. Never rejects. `goesOn`: what it does not finish is rung for again.
 */
export const serveChronicleBells = async (
  context: BellContext,
  messages: readonly ReceivedMessage[],
  goesOn: () => boolean = () => true,
): Promise<ReceivedMessage[]> => {
  const groups = Map.groupBy(messages, ({ body }) => parseDoorbell(body)?.worldId ?? body)
  const kept: ReceivedMessage[] = []
  for (const [name, group] of groups) {
    const answer = await serve(context, name, group, goesOn)
    if (answer === undefined) continue
    kept.push(...group)
    await Promise.allSettled(group.map((message) => context.queue.postpone(message, answer.afterSeconds)))
  }
  // nobody's entities wait for vectors
  for (const name of groups.keys()) await embed(context, name, goesOn)
  return kept
}

/** A bell of its own goes on with it: that of the projection is not to be counted as received again and again. */
const embed = async (
  { embedding, queue }: BellContext,
  name: string,
  goesOn: () => boolean,
): Promise<void> => {
  if (embedding === undefined || !isWorldId(name)) return
  // a bell that cannot be rung now is the sweep's to ring
  if (await embedding.embedWorld(name, goesOn)) await ringDoorbell(queue, { worldId: name }).catch(() => {})
}

/** As against the text of a message that is no bell of a world. */
const isWorldId = (name: string): boolean => !name.includes('{')

const serve = async (
  context: BellContext,
  name: string,
  group: readonly ReceivedMessage[],
  goesOn: () => boolean,
): Promise<Answer> => {
  try {
    const { body, messageId } = group[0]!
    if (isChronicleSweep(body)) await sweepChronicles(context, context.queue)
    else if (isVerification(body)) await verifyDue(context, goesOn)
    else if (parseDoorbell(body) === undefined)
      context.log(`chronicle: the message ${messageId} is no bell, and is dropped`)
    else return (await project(context, name, goesOn)) ?? (await publish(context, name, goesOn))
    return undefined
  } catch (error) {
    if (error instanceof ProjectionBusy) return { afterSeconds: busySeconds }
    context.log(`chronicle: ${(error as Error).message}`)
    const received = Math.max(...group.map(({ receiveCount }) => receiveCount))
    return { afterSeconds: Math.min(60, 2 ** Math.min(received - 1, 6)) }
  }
}

const project = async (context: BellContext, worldId: string, goesOn: () => boolean): Promise<Answer> => {
  const run = await projectWorld(context, worldId, { goesOn })
  switch (run.state) {
    case 'more':
      return { afterSeconds: 0 }
    case 'failed':
    case 'open': {
      const waitMs = run.retryAt === null ? 1_000 : run.retryAt.getTime() - context.now().getTime()
      return { afterSeconds: Math.min(longestSeconds, Math.max(1, Math.ceil(waitMs / 1_000))) }
    }
    default:
      return undefined
  }
}

/** What it tells is recorded in a chronicle, which rings for its projection. */
const publish = async (context: BellContext, worldId: string, goesOn: () => boolean): Promise<Answer> => {
  try {
    return (await publishEntityEvents(context, worldId, goesOn)) ? undefined : { afterSeconds: 0 }
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error
    const failures = await notePublishingFailure(context, worldId, error as Error)
    return { afterSeconds: Math.min(longestSeconds, 2 ** Math.min(failures, 9)) }
  }
}
