import { readActors } from './ecs/actors.ts'
import { readEdges } from './ecs/edges.ts'
import { readEntityStates } from './ecs/entities.ts'
import { readStory, readStoryEvents, readTimeline } from './ecs/events.ts'
import { readEdgeTypes, readFacts } from './ecs/facts.ts'
import { readItemEffects } from './ecs/items.ts'
import { readLastEvents } from './ecs/last-events.ts'
import { readNamesakes } from './ecs/namesakes.ts'
import { readNearWritten } from './ecs/near.ts'
import { readPositionAt, readPositionsAt } from './ecs/positions.ts'
import type { EcsScope } from './ecs/scope.ts'
import type { QuestionSource } from './source.ts'

/** Answers from entities, components and relationships, and from what the projection keeps of the story. */
export const ecsSource = (scope: EcsScope): QuestionSource => ({
  name: 'ecs',
  entities: (ids) => readEntityStates(scope, ids),
  named: (name) => readNamesakes(scope, name),
  edges: (filter) => readEdges(scope, filter),
  facts: (key) => readFacts(scope, key),
  edgeTypes: (sourceId, targetId) => readEdgeTypes(scope, sourceId, targetId),
  actors: (chronicleId, after, limit) => readActors(scope, chronicleId, after, limit),
  events: (names) => readStoryEvents(scope, names),
  timeline: (entityId, range) => readTimeline(scope, entityId, range),
  story: (chronicleId, limit) => readStory(scope, chronicleId, limit),
  itemEffects: (item, limit) => readItemEffects(scope, item, limit),
  positionsAt: (place, center, radius, limit) => readPositionsAt(scope, place, center, radius, limit),
  lastEvents: (ids) => readLastEvents(scope, ids),
  near: (center, radius, limit) => readNearWritten(scope, center, radius, limit),
  positionAt: (place, entityId) => readPositionAt(scope, place, entityId),
})
