import type { WorldEvent } from '#world/event'
import type { ChronicleEvent } from './chronicle-event.ts'

/** What a client may ask of a chronicle: kinds of commands of layers/world/commands.ts. */
export type ChronicleCommand =
  /** Nothing where it is so already. */
  | { kind: 'create-chronicle'; chronicleId: string; title: string; description: string }
  /** Makes the chronicle where there is none. Of events that are recorded already: nothing. */
  | { kind: 'record-chronicle-events'; chronicleId: string; events: ChronicleEvent[] }
  /** Makes the recorded event of that id exactly this. */
  | { kind: 'change-chronicle-event'; chronicleId: string; event: ChronicleEvent }
  /** It counts as never told; nothing where it is so already. */
  | { kind: 'retract-chronicle-event'; chronicleId: string; eventId: string; reason: string }

const kinds: ReadonlySet<string> = new Set<ChronicleCommand['kind']>([
  'create-chronicle',
  'record-chronicle-events',
  'change-chronicle-event',
  'retract-chronicle-event',
])

export const isChronicleCommand = <C extends { kind: string }>(
  command: C,
): command is Extract<C, { kind: ChronicleCommand['kind'] }> => kinds.has(command.kind)

/** What became of the events of a request. */
export interface RecordedCounts {
  recorded: number
  /** They were there before, or came twice. */
  duplicates: number
}

/** Of a request and the events that it made; undefined where it asked to record none. */
export const countsOf = (
  commands: readonly { kind: string }[],
  made: readonly WorldEvent[],
): RecordedCounts | undefined => {
  const batches = (commands as ChronicleCommand[]).filter(
    (command) => command.kind === 'record-chronicle-events',
  )
  if (batches.length === 0) return undefined
  const told = batches.reduce((sum, { events }) => sum + events.length, 0)
  let recorded = 0
  for (const event of made) if (event.type === 'chronicle.recorded.v1') recorded += event.data.eventIds.length
  return { recorded, duplicates: told - recorded }
}

/** How much of a transaction's share a command takes: as many as it has events. */
export const weightOf = (command: { kind: string }): number =>
  command.kind === 'record-chronicle-events'
    ? (command as Extract<ChronicleCommand, { kind: 'record-chronicle-events' }>).events.length
    : 1
