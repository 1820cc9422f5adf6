import type { Refusal } from '#world/commands'
import { assign, type EventDraft, push, type WorkingSet } from '#world/working-set'
import { type ChronicleEventState, eventKey } from './chronicle-set.ts'
import type { ChronicleCommand } from './commands.ts'
import { type ChronicleDecision, decideChronicle } from './decide-chronicle.ts'

/** Decides a command of a chronicle and applies it; `append` gives an event its place in the log. */
export const applyChronicleCommand = (
  set: WorkingSet,
  command: ChronicleCommand,
  append: (draft: EventDraft) => void,
): Omit<Refusal, 'commandIndex'> | undefined => {
  const decision = decideChronicle(set.chronicle, command)
  if ('refusal' in decision) return decision.refusal
  if (decision.event === undefined) return undefined
  append(decision.event)
  applyChanges(set, command.chronicleId, decision)
  return undefined
}

/** The log's event names events only, so what it does is applied beside it. */
const applyChanges = (
  set: WorkingSet,
  chronicleId: string,
  { changes, named }: Extract<ChronicleDecision, { changes: unknown }>,
): void => {
  const { seq, occurredAt } = set.events.at(-1)!
  const { chronicle } = set
  let more = 0
  for (const { event, before, eventId, digest, reason } of changes) {
    const retracted = reason !== null
    if (before === undefined) more += 1
    else {
      if (retracted) more -= 1
      push(set, chronicle.superseded, { state: before, toSeq: seq })
    }
    const state: ChronicleEventState = {
      ...{ chronicleId, eventId, retracted, digest, reason },
      ...{ version: (before?.version ?? 0) + 1, fromSeq: seq, recordedAt: occurredAt },
      ...(event !== undefined && { event }),
    }
    assign(set, chronicle.events, eventKey(chronicleId, eventId), state)
  }
  const current = chronicle.chronicles.get(chronicleId)
  assign(set, chronicle.chronicles, chronicleId, {
    title: named?.title ?? current?.title ?? chronicleId,
    description: named?.description ?? current?.description ?? '',
    eventCount: (current?.eventCount ?? 0) + more,
    fromSeq: current?.fromSeq ?? seq,
    createdAt: current?.createdAt ?? occurredAt,
  })
}
