import type pg from 'pg'
import { foldEffects, type OrderedEffect } from '../projection/derived.ts'
import { type EntityEffect, type RelationshipEffect, type Target, targetText } from '../projection/effect.ts'
import { type EntityFold, wantedEntity } from '../projection/fold-entity.ts'
import {
  emptyRelationshipFold,
  foldRelationship,
  type RelationshipFold,
  strengthAt,
} from '../projection/fold-relationship.ts'
import { normaliseName } from '../projection/names.ts'
import { compareStoryOrder, compareText, type StoryOrder } from '../projection/story-order.ts'
import type { ChronicleSettings } from '../settings.ts'
import { questionLimits } from './limits.ts'
import { loadStory } from './load-story.ts'
import type {
  ChronicleActor,
  Citation,
  Edge,
  EdgeFact,
  EntityState,
  ItemEffect,
  PlacedEntity,
  QuestionSource,
  StoryEvent,
  StoryPlace,
} from './source.ts'

/** Effects of each target, in the order of the story. */
interface TargetEffects {
  target: Target
  effects: (OrderedEffect & { seq: number })[]
}

/**
 * Answers dug out of the events of the chronicles alone: it derives the whole story each time. For when the projection
 * is off or failing, and to see what the projection saves.
 *
 * @throws StoryTooLong
 */
export const chronicleSource = async (
  client: pg.ClientBase,
  world: { worldId: string; settings: ChronicleSettings },
  asOf: number | null,
): Promise<QuestionSource> => {
  const story = await loadStory(client, world, asOf)
  const { settings } = world
  const targets = gather(story)
  return {
    name: 'chronicle',
    entities: async (ids) => entitiesOf(targets, settings, ids),
    named: async (name) => namesakesIn(targets, settings, name),
    edges: async ({ ends, among, actingIn, type, minStrength, after, limit }) => {
      const wanted = ends && new Set(ends)
      const acting = actingIn === undefined ? undefined : actorsOfChronicle(story, actingIn)
      const isAfter = (edge: Edge) => after === undefined || compareEdges(edge, after) > 0
      return edgesOf(targets, settings)
        .filter(({ sourceId, targetId }) =>
          among
            ? wanted?.has(sourceId) && wanted.has(targetId)
            : (wanted?.has(sourceId) ?? true) || wanted?.has(targetId),
        )
        .filter(({ sourceId, targetId }) => (acting?.has(sourceId) ?? true) || acting?.has(targetId))
        .filter((edge) => (type ?? edge.type) === edge.type && edge.strength >= (minStrength ?? -Infinity))
        .filter(isAfter)
        .slice(0, limit)
    },
    facts: async (key) => factsOf(targets, settings, key),
    edgeTypes: async (sourceId, targetId) =>
      [...targets.values()]
        .flatMap(({ target }) =>
          target.kind === 'relationship' && target.sourceId === sourceId && target.targetId === targetId
            ? [target.type]
            : [],
        )
        .sort(compareText),
    actors: async (chronicleId, after, limit) => actorsAfter(story, chronicleId, after, limit),
    events: async (names) => {
      const wanted = new Set(names.map(nameOf))
      return story.filter((event) => wanted.has(nameOf(event)))
    },
    timeline: async (entityId, { from, to, after, limit }) =>
      story
        .filter(({ actors }) => actors.some((actor) => actor.entityId === entityId))
        .filter(({ toldAt }) => toldAt >= (from ?? -Infinity) && toldAt <= (to ?? Infinity))
        .filter((event) => after === undefined || comparePlaces(event, after) > 0)
        .slice(0, limit),
    story: async (chronicleId, limit) =>
      story.filter((event) => event.chronicleId === chronicleId).slice(0, limit),
    itemEffects: async (item, limit) => itemEffectsOf(story, item).slice(0, limit),
    positionsAt: async (place, center, radius, limit) => within(targets, place, center, radius, limit),
    lastEvents: async (ids) => {
      const found = new Map<string, Citation>()
      const wanted = new Set(ids)
      for (const { chronicleId, eventId, seq, actors } of story)
        for (const { entityId } of actors)
          if (wanted.has(entityId)) found.set(entityId, { chronicleId, eventId, seq })
      return found
    },
    near: async (center, radius, limit) => within(targets, endOfStory, center, radius, limit),
    positionAt: async (place, entityId) => positionsOf(targets, place).get(entityId),
  }
}

const nameOf = ({ chronicleId, eventId }: { chronicleId: string; eventId: string }) =>
  `${chronicleId}\u0001${eventId}`

const comparePlaces = (a: StoryPlace, b: StoryPlace): number =>
  compareStoryOrder({ ...a, ordinal: 0 }, { ...b, ordinal: 0 })

const gather = (story: readonly StoryEvent[]): Map<string, TargetEffects> => {
  const targets = new Map<string, TargetEffects>()
  const add = (target: Target, seq: number, order: StoryOrder, effect: OrderedEffect['effect']): void => {
    const text = targetText(target)
    const known = targets.get(text)
    if (known === undefined) targets.set(text, { target, effects: [{ order, effect, seq }] })
    else known.effects.push({ order, effect, seq })
  }
  for (const { toldAt, chronicleId, eventId, seq, actors, effects, projects } of story) {
    if (!projects) continue
    const orderAt = (ordinal: number) => ({ toldAt, chronicleId, eventId, ordinal })
    for (const [ordinal, { entityId, name, entityType }] of actors.entries())
      add({ kind: 'entity', entityId }, seq, orderAt(ordinal), { do: 'mention', name, type: entityType })
    for (const { target, ordinal, effect } of effects) add(target, seq, orderAt(ordinal), effect)
  }
  return targets
}

const entitiesOf = (
  targets: ReadonlyMap<string, TargetEffects>,
  settings: ChronicleSettings,
  ids: readonly string[],
): Map<string, EntityState> => {
  const found = new Map<string, EntityState>()
  for (const id of ids) {
    const known = targets.get(id)
    const wanted =
      known && wantedEntity(foldEffects(known.target, settings, undefined, known.effects) as EntityFold)
    if (wanted == null) continue
    const { name, classType, position, components } = wanted
    found.set(id, { id, name, classType, position, components })
  }
  return found
}

const namesakesIn = (
  targets: ReadonlyMap<string, TargetEffects>,
  settings: ChronicleSettings,
  name: string,
): string[] => {
  const wanted = normaliseName(name)
  const ids = [...targets.values()].flatMap(({ target }) =>
    target.kind === 'entity' ? [target.entityId] : [],
  )
  const found = entitiesOf(targets, settings, ids)
  return ids
    .filter((id) => normaliseName(found.get(id)?.name ?? '') === wanted)
    .sort(compareText)
    .slice(0, questionLimits.namesakes)
}

const compareEdges = (a: Omit<Edge, 'strength'>, b: Omit<Edge, 'strength'>): number =>
  compareText(a.sourceId, b.sourceId) || compareText(a.targetId, b.targetId) || compareText(a.type, b.type)

const edgesOf = (targets: ReadonlyMap<string, TargetEffects>, settings: ChronicleSettings): Edge[] =>
  [...targets.values()]
    .flatMap(({ target, effects }): Edge[] => {
      if (target.kind !== 'relationship') return []
      const { strength } = foldEffects(target, settings, undefined, effects) as RelationshipFold
      const { sourceId, targetId, type } = target
      return strength === null ? [] : [{ sourceId, targetId, type, strength }]
    })
    .sort(compareEdges)

const factsOf = (
  targets: ReadonlyMap<string, TargetEffects>,
  settings: ChronicleSettings,
  key: Omit<Edge, 'strength'>,
): EdgeFact[] => {
  let fold = emptyRelationshipFold
  const { effects } = targets.get(targetText({ kind: 'relationship', ...key })) ?? { effects: [] }
  return effects.map(({ order, effect, seq }) => {
    const { toldAt, chronicleId, eventId } = order
    const before = fold.strength === null ? null : strengthAt(settings, fold, toldAt)
    fold = foldRelationship(settings, fold, order, effect as RelationshipEffect)
    const change = effect.do === 'change' ? effect.change : null
    const at = new Date(toldAt).toISOString()
    return { chronicleId, eventId, seq, toldAt: at, change, before, after: fold.strength }
  })
}

const actorsOfChronicle = (story: readonly StoryEvent[], chronicleId: string): Set<string> =>
  new Set(
    story.flatMap((event) =>
      event.chronicleId === chronicleId ? event.actors.map(({ entityId }) => entityId) : [],
    ),
  )

const actorsAfter = (
  story: readonly StoryEvent[],
  chronicleId: string,
  after: string,
  limit: number,
): ChronicleActor[] => {
  const actors = new Map<string, ChronicleActor>()
  for (const event of story) {
    if (event.chronicleId !== chronicleId) continue
    const seen = new Set<string>()
    for (const { entityId, name, entityType } of event.actors) {
      const known = actors.get(entityId)
      if (known === undefined) actors.set(entityId, { entityId, name, entityType, events: 1 })
      else if (!seen.has(entityId)) known.events++
      seen.add(entityId)
    }
  }
  return [...actors.values()]
    .filter(({ entityId }) => compareText(entityId, after) > 0)
    .sort((a, b) => compareText(a.entityId, b.entityId))
    .slice(0, limit)
}

const itemEffectsOf = (story: readonly StoryEvent[], item: string): ItemEffect[] => {
  const wanted = normaliseName(item)
  return story.flatMap(({ chronicleId, eventId, seq, toldAt, effects }) =>
    effects.flatMap(({ target, ordinal, effect }): ItemEffect[] => {
      if (target.kind !== 'entity' || effect.do !== 'item') return []
      if (effect.id !== item && normaliseName(effect.name) !== wanted) return []
      const { do: _, ...thing } = effect
      return [{ chronicleId, eventId, seq, toldAt, ordinal, entityId: target.entityId, ...thing }]
    }),
  )
}

const positionsOf = (
  targets: ReadonlyMap<string, TargetEffects>,
  place: StoryPlace,
): Map<string, [number, number, number]> => {
  const positions = new Map<string, [number, number, number]>()
  for (const { target, effects } of targets.values()) {
    if (target.kind !== 'entity') continue
    for (const { order, effect } of effects as { order: StoryOrder; effect: EntityEffect }[])
      if (effect.do === 'position' && comparePlaces(order, place) <= 0)
        positions.set(target.entityId, effect.position)
  }
  return positions
}

const endOfStory: StoryPlace = { toldAt: Infinity, chronicleId: '', eventId: '' }

const within = (
  targets: ReadonlyMap<string, TargetEffects>,
  place: StoryPlace,
  [x, y, z]: readonly [number, number, number],
  radius: number,
  limit: number,
): PlacedEntity[] =>
  [...positionsOf(targets, place)]
    .map(([entityId, position]) => {
      const [px, py, pz] = position
      return { entityId, position, distance: Math.sqrt((px - x) ** 2 + (py - y) ** 2 + (pz - z) ** 2) }
    })
    .filter(({ distance }) => distance <= radius)
    .sort((a, b) => a.distance - b.distance || compareText(a.entityId, b.entityId))
    .slice(0, limit)
