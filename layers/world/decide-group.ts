import { applyChronicleCommand } from '#chronicle/apply-chronicle'
import { countsOf, isChronicleCommand } from '#chronicle/commands'
import { checkDependencies } from './check-dependencies.ts'
import type { Command, Refusal, WriteOutcome, WriteRequest } from './commands.ts'
import { decide } from './decide.ts'
import type { Cause, EventType, WorldEvent } from './event.ts'
import { evolve } from './evolve.ts'
import { type EventDraft, push, put, rollBackTo, type WorkingSet } from './working-set.ts'

/** What the group's decisions take from outside. */
export interface DecisionContext {
  worldId: string
  /** Time of every event of the group: set under the world's lock, never before the world's last. */
  occurredAt: Date
  /** A new UUIDv7. */
  newId: () => string
}

/**
 * Decides one request on the working set: all its commands or none. A refused request leaves the set as it
 * was.
 */
export const decideRequest = (
  set: WorkingSet,
  request: WriteRequest,
  context: DecisionContext,
): WriteOutcome => {
  const mark = set.undo.length
  const seqBefore = set.seq
  const { expectSeq = seqBefore } = request
  if (expectSeq !== seqBefore) return { status: 'refused', refusal: isAnotherSeq(seqBefore, expectSeq) }
  let snapshotId: string | null = null
  for (const [commandIndex, command] of request.commands.entries()) {
    if (command.kind === 'take-snapshot') snapshotId = takeSnapshot(set, request.requestId, context)
    else {
      const refusal = applyCommand(set, command, causeOf(request), context)
      if (refusal === undefined) continue
      rollBackTo(set, mark)
      return { status: 'refused', refusal: { ...refusal, commandIndex } }
    }
  }
  const unmet = checkDependencies(set, request.commands)
  if (unmet !== undefined) {
    rollBackTo(set, mark)
    return { status: 'refused', refusal: unmet }
  }
  const events = set.seq - seqBefore
  snapshotId ??= snapshotByItself(set, request, events, context)
  const chronicle = countsOf(request.commands, set.events.slice(set.events.length - events))
  return {
    ...{ status: 'applied', worldId: context.worldId, seq: set.seq, events, snapshotId },
    ...(chronicle !== undefined && { chronicle }),
  }
}

const isAnotherSeq = (seq: number, expected: number): Refusal => {
  const message = `the world is at seq ${seq}, not at ${expected}`
  return {
    code: 'expectation-failed',
    detail: message,
    commandIndex: 0,
    data: { path: 'expectSeq', message },
  }
}

type CauseSource = Pick<WriteRequest, 'requestId' | 'traceparent' | 'window'> & {
  command?: WriteRequest['command'] | undefined
}

/** What the events of a request name as what made them. */
export const causeOf = ({ requestId, traceparent, window, command }: CauseSource): Cause => ({
  requestId,
  ...(traceparent !== undefined && { traceparent }),
  ...window,
  ...(command !== undefined && { command }),
})

const applyCommand = (
  set: WorkingSet,
  command: Exclude<Command, { kind: 'take-snapshot' }>,
  cause: Cause,
  context: DecisionContext,
): Omit<Refusal, 'commandIndex'> | undefined => {
  if (isChronicleCommand(command))
    return applyChronicleCommand(set, command, (draft) => append(set, draft, cause, context))
  const decision = decide(set, command)
  if ('refusal' in decision) return decision.refusal
  const { chronicleEventId } = command
  const named = chronicleEventId === undefined ? cause : { ...cause, chronicleEventId }
  for (const event of decision.events) append(set, event, named, context)
  return undefined
}

/** Gives the event its place in the log and applies it. */
export const append = (set: WorkingSet, draft: EventDraft, cause: Cause, context: DecisionContext): void =>
  evolve(set, {
    seq: set.seq + 1,
    id: context.newId(),
    ...(draft as Pick<Extract<WorldEvent, { type: EventType }>, 'type' | 'entityId' | 'data'>),
    cause,
    occurredAt: context.occurredAt.toISOString(),
  } as WorldEvent)

const takeSnapshot = (set: WorkingSet, requestId: string, { newId }: DecisionContext): string => {
  const snapshotId = newId()
  push(set, set.snapshots, { snapshotId, seq: set.seq, requestId })
  put(set, { updatesSinceSnapshot: 0 })
  return snapshotId
}

/** A large batch makes a snapshot, and so does every so many events outside of such batches. */
const snapshotByItself = (
  set: WorkingSet,
  request: WriteRequest,
  events: number,
  context: DecisionContext,
): string | null => {
  const { snapshotFromCommands = 0, commands, requestId, window } = request
  if (window !== undefined) return null
  if (snapshotFromCommands > 0 && commands.length >= snapshotFromCommands)
    return takeSnapshot(set, requestId, context)
  put(set, { updatesSinceSnapshot: set.updatesSinceSnapshot + events })
  const { everyUpdates } = set.settings.snapshots
  if (everyUpdates > 0 && set.updatesSinceSnapshot >= everyUpdates) takeSnapshot(set, requestId, context)
  return null
}
