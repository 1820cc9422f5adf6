import { derivedEntityId } from './names.ts'

/** Who a name and type is: by what, and how sure that is. */
export interface Resolution {
  entityId: string
  confidence: number
}

/** What the story and the world say of a name and type. */
export interface NameEvidence {
  /** The id that the first event of the story which gives one together with this name and type gives. */
  firstExplicitId?: string | undefined
  /** Whether other events give other ids. */
  hasOtherIds?: boolean
  /** An entity of that name and class which was in the world when the name first came up. */
  boundId?: string | undefined
}

/** How sure it is who an actor is. */
export const confidences = { explicit: 1, named: 0.95, bound: 0.8, ambiguous: 0.7, derived: 0.6 }

/** Pure: the same evidence, the same entity, whatever came first. `name` and `type` in any writing. */
export const resolveName = (name: string, type: string, evidence: NameEvidence): Resolution => {
  const { firstExplicitId, hasOtherIds, boundId } = evidence
  if (firstExplicitId !== undefined)
    return {
      entityId: firstExplicitId,
      confidence: hasOtherIds ? confidences.ambiguous : confidences.named,
    }
  if (boundId !== undefined) return { entityId: boundId, confidence: confidences.bound }
  return { entityId: derivedEntityId(name, type), confidence: confidences.derived }
}
