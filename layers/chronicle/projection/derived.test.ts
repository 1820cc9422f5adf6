import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canGoOn, derivedOf, foldEffects, type OrderedEffect, type TargetChange } from './derived.ts'
import type { Effect, EntityEffect, RelationshipEffect, Target } from './effect.ts'
import { compareStoryOrder, type StoryOrder } from './story-order.ts'

const settings = { minStrength: -1, maxStrength: 1, decayHalfLifeDays: 3 }
const entity: Target = { kind: 'entity', entityId: 'e' }
const relationship: Target = { kind: 'relationship', sourceId: 'a', targetId: 'b', type: 'trust' }

const small = fc.integer({ min: -30, max: 30 })
const entityEffect: fc.Arbitrary<EntityEffect> = fc.oneof(
  fc.record({ do: fc.constant('mention' as const), name: fc.constantFrom('A', 'B'), type: fc.constant('T') }),
  fc.record({ do: fc.constant('health' as const), change: small }),
  fc.record({ do: fc.constant('health' as const), to: fc.nat(100) }),
  fc.record({
    ...{ do: fc.constant('item' as const), name: fc.constantFrom('ring', 'rope'), quantity: small },
  }),
  fc.record({ do: fc.constant('gold' as const), change: small }),
  fc.record({ do: fc.constant('status' as const), state: fc.constantFrom('alive', 'dead') }),
  fc.record({
    ...{ do: fc.constant('merge' as const), component: fc.constant('Status') },
    patch: fc.record({ state: fc.constantFrom(null, 'odd') }),
  }),
  fc.record({ do: fc.constant('remove' as const), component: fc.constantFrom('Health', 'Status') }),
)
const relationshipEffect: fc.Arbitrary<RelationshipEffect> = fc.oneof(
  fc.record({ do: fc.constant('change' as const), change: small.map((value) => value / 40) }),
  fc.record({ do: fc.constant('relate' as const), strength: fc.constantFrom(0.5, 1) }),
  fc.constant({ do: 'unrelate' as const }),
)

const orderText = (order: StoryOrder): string => JSON.stringify(order)

/** Effects in the order of the story, each in a place of its own. */
const storyOf = (effect: fc.Arbitrary<Effect>): fc.Arbitrary<OrderedEffect[]> =>
  fc
    .uniqueArray(
      fc.record({
        order: fc.record({
          toldAt: fc.integer({ min: 0, max: 5 }).map((days) => days * 86_400_000),
          chronicleId: fc.constantFrom('a', '\uffff', '😀'),
          eventId: fc.constantFrom('e1', 'e2', 'e3'),
          ordinal: fc.nat(3),
        }),
        effect,
      }),
      { selector: ({ order }) => orderText(order), maxLength: 14 },
    )
    .map((effects) => effects.sort((a, b) => compareStoryOrder(a.order, b.order)))

const cases: [string, Target, fc.Arbitrary<OrderedEffect[]>][] = [
  ['an entity', entity, storyOf(entityEffect)],
  ['a relationship', relationship, storyOf(relationshipEffect)],
]

describe.each(cases)('the effects on %s', (_, target, story) => {
  it('come to the same folded on or folded anew, in whatever batches they arrive', () => {
    let goneOn = 0
    fc.assert(
      fc.property(
        story,
        fc.infiniteStream(fc.tuple(fc.nat(3), fc.boolean(), fc.nat())),
        (effects, choices) => {
          const kept: OrderedEffect[] = []
          let fold: ReturnType<typeof foldEffects> | undefined
          const waiting = [...effects]
          // batches take from the front mostly, and sometimes take something away again
          while (waiting.length > 0) {
            const [size, isLate, which] = choices.next().value
            const added = isLate ? waiting.splice(which % waiting.length, 1) : waiting.splice(0, size + 1)
            const removed: TargetChange['removed'] = []
            if (which % 4 === 0 && kept.length > 0) {
              const [gone] = kept.splice(which % kept.length, 1)
              removed.push({ order: gone!.order, isMention: gone!.effect.do === 'mention' })
            }
            kept.push(...added)
            kept.sort((a, b) => compareStoryOrder(a.order, b.order))
            const isOn = canGoOn(fold, { target, added, removed })
            if (isOn) goneOn++
            fold = isOn
              ? foldEffects(target, settings, fold, added)
              : foldEffects(target, settings, undefined, kept)
            expect(derivedOf(fold)).toEqual(derivedOf(foldEffects(target, settings, undefined, kept)))
          }
        },
      ),
      { numRuns: 500 },
    )
    expect(goneOn).toBeGreaterThan(100)
  })

  it('survive being stored as JSON in between', () => {
    fc.assert(
      fc.property(story, fc.nat(14), (effects, at) => {
        const first = foldEffects(target, settings, undefined, effects.slice(0, at))
        const stored = JSON.parse(JSON.stringify(first)) as typeof first
        expect(foldEffects(target, settings, stored, effects.slice(at))).toEqual(
          foldEffects(target, settings, undefined, effects),
        )
      }),
    )
  })
})

describe('a story', () => {
  it('has the order of PostgreSQL, by the bytes of UTF-8', () => {
    const at = { toldAt: 0, eventId: 'e', ordinal: 0 }
    expect(compareStoryOrder({ ...at, chronicleId: '\uffff' }, { ...at, chronicleId: '😀' })).toBeLessThan(0)
  })
})
