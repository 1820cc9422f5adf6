/** What people decided about who is who; in the order of their numbers. */
export type IdentityOperation =
  /** Whoever was `from` is `into`. */
  | { number: number; kind: 'merge'; from: string; into: string }
  /** In these events it was not `from`, but `into`. */
  | { number: number; kind: 'split'; from: string; into: string; events: EventName[] }

export interface EventName {
  chronicleId: string
  eventId: string
}

export const eventText = ({ chronicleId, eventId }: EventName): string => `${chronicleId}\u0001${eventId}`

/** The operations on each entity, in order. */
export type OperationIndex = ReadonlyMap<string, { number: number; into: string; events?: Set<string> }[]>

export const indexOperations = (operations: readonly IdentityOperation[]): OperationIndex => {
  const index = new Map<string, { number: number; into: string; events?: Set<string> }[]>()
  for (const operation of operations) {
    const { number, from, into } = operation
    const known = index.get(from)
    const step =
      operation.kind === 'merge'
        ? { number, into }
        : { number, into, events: new Set(operation.events.map(eventText)) }
    if (known === undefined) index.set(from, [step])
    else known.push(step)
  }
  return index
}

/** Who the entity of that id is in this event, after all operations in their order. */
export const applyOperations = (index: OperationIndex, entityId: string, event: EventName): string => {
  let id = entityId
  let after = -1
  for (;;) {
    const step = index
      .get(id)
      ?.find(({ number, events }) => number > after && (events === undefined || events.has(eventText(event))))
    if (step === undefined) return id
    id = step.into
    after = step.number
  }
}
