import type { RelationshipEffect } from './effect.ts'
import { quantise } from './quantise.ts'
import type { StoryOrder } from './story-order.ts'

/** How strength behaves in a world; see its settings. */
export interface StrengthSettings {
  minStrength: number
  maxStrength: number
  /** Of the story; null: feelings stay as they are. */
  decayHalfLifeDays: number | null
}

/** What the effects on a relationship up to `last` come to. */
export interface RelationshipFold {
  /** null: there is none. */
  strength: number | null
  /** A membership, which does not decay. */
  isFixed: boolean
  last: StoryOrder | null
}

export const emptyRelationshipFold: RelationshipFold = { strength: null, isFixed: false, last: null }

const dayMs = 86_400_000

/** The fold with one more effect, which is behind its last one in the story. */
export const foldRelationship = (
  settings: StrengthSettings,
  fold: RelationshipFold,
  order: StoryOrder,
  effect: RelationshipEffect,
): RelationshipFold => {
  switch (effect.do) {
    case 'relate':
      return { strength: clamp(settings, effect.strength), isFixed: true, last: order }
    case 'unrelate':
      return { strength: null, isFixed: false, last: order }
    case 'change': {
      const before = strengthAt(settings, fold, order.toldAt)
      return { ...fold, strength: clamp(settings, quantise(before + effect.change)), last: order }
    }
  }
}

/** What is left of the strength at a time of the story, in milliseconds since 1970, not before the last effect. */
export const strengthAt = (settings: StrengthSettings, fold: RelationshipFold, toldAt: number): number => {
  const { strength, isFixed, last } = fold
  if (strength === null || last === null) return 0
  if (isFixed || settings.decayHalfLifeDays === null) return strength
  const halfLives = (toldAt - last.toldAt) / (settings.decayHalfLifeDays * dayMs)
  return quantise(strength * 0.5 ** halfLives)
}

const clamp = ({ minStrength, maxStrength }: StrengthSettings, value: number): number =>
  Math.min(maxStrength, Math.max(minStrength, value)) + 0
