import type { NamedActor, ResolvedActor } from './actors.ts'
import { applyOperations } from './operations.ts'
import type { EventContent } from './postgres/load-events.ts'
import type { DerivedEvent } from './postgres/store-derived.ts'
import type { Resolution } from './resolve.ts'
import { confidences } from './resolve.ts'
import type { DerivationScope } from './scope.ts'
import { translate } from './translate.ts'

/** Who tells what Orrery itself saw; it follows from entities, and so changes none. */
export const systemSource = 'SYSTEM'

/** An event of the story with those whom it names. */
export interface NamedEvent extends EventContent {
  named: NamedActor[]
}

/** What the event comes to, now that it is known who everybody is: pure. */
export const deriveEvent = (
  { rules, settings, operations }: DerivationScope,
  { named, ...stored }: NamedEvent,
  names: ReadonlyMap<string, Resolution>,
): DerivedEvent => {
  const { event } = stored
  const actors = named.map((actor): ResolvedActor => {
    const { entityId, confidence } =
      actor.explicitId === undefined
        ? names.get(actor.nameKey)!
        : { entityId: actor.explicitId, confidence: confidences.explicit }
    return { ...actor, entityId: applyOperations(operations, entityId, stored), confidence }
  })
  const projects = settings.modalities.includes(event.modality) && event.source !== systemSource
  const { effects, isUnknown } = translate(event, actors, rules)
  return { ...stored, actors, effects: projects ? effects : [], projects, isUnknown: projects && isUnknown }
}
