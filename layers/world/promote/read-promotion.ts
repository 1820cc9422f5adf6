import type pg from 'pg'
import type { ComponentTypeDefinition } from '../component-types/definition.ts'
import { entityFrom } from '../components.ts'
import { countEntityDifferences, listEntityDifferences } from '../diff/entities.ts'
import { type DiffSide, partsSinceCommon } from '../diff/parts.ts'
import { countRelationshipDifferences, listRelationshipDifferences } from '../diff/relationships.ts'
import type { Entity, Relationship, RelationshipKey } from '../event.ts'
import { type RelationshipRow, relationshipFrom } from '../postgres/load.ts'
import { readAncestors } from '../read/ancestors.ts'
import { bothMoments, componentsAt, entitiesAt, momentOf, relationshipsAt } from '../read/at.ts'
import type { EntityRow } from '../read/entities.ts'
import type { World } from '../read/worlds.ts'
import { relationshipKey } from '../working-set.ts'
import { entityDifference, type PromotionInput, relationshipDifference } from './plan.ts'

/** Entities and relationships that one promotion may change: what a batch may have. */
export const promotionLimit = 10_000

export type PromotionRead =
  | { differences: PromotionInput; types: ComponentTypeDefinition[]; leftBehind: LeftBehind }
  | { tooMany: number }

/** What a promotion leaves in the fork. */
export interface LeftBehind {
  settings: number
  chronicleEvents: number
}

/** What the fork changed since it began, beside what its parent has become; in a transaction that sees one state. */
export const readPromotion = async (
  client: pg.ClientBase,
  fork: World,
  parent: World,
): Promise<PromotionRead> => {
  const forkSeq = fork.parent!.seq
  const a: DiffSide = {
    worldId: parent.worldId,
    seq: forkSeq,
    ancestors: await readAncestors(client, parent.worldId),
  }
  const b: DiffSide = {
    worldId: fork.worldId,
    seq: fork.seq,
    ancestors: await readAncestors(client, fork.worldId),
  }
  const parts = partsSinceCommon(a, b)
  const counts = [
    await countEntityDifferences(client, a, b, parts),
    await countRelationshipDifferences(client, a, b, parts),
  ]
  const total = counts.reduce((sum, { created, changed, deleted }) => sum + created + changed + deleted, 0)
  if (total > promotionLimit) return { tooMany: total }
  const first: RelationshipKey = { sourceId: '', targetId: '', type: '' }
  const entities = await listEntityDifferences(client, a, b, parts, '', promotionLimit)
  const relationships = await listRelationshipDifferences(client, a, b, parts, first, promotionLimit)
  const ids = entities.map(({ id }) => id)
  const base = await readMany(client, parent.worldId, ids, forkSeq)
  const now = await readMany(client, parent.worldId, ids, null)
  const baseOf = await readManyRelationships(client, parent.worldId, relationships, forkSeq)
  const nowOf = await readManyRelationships(client, parent.worldId, relationships, null)
  return {
    differences: {
      entities: entities.map((each) =>
        entityDifference(each, base.get(each.id)?.entity, now.get(each.id)?.entity),
      ),
      relationships: relationships.map((each) => {
        const key = relationshipKey(each)
        return relationshipDifference(each, baseOf.get(key), nowOf.get(key))
      }),
      seqs: new Map([...now].map(([id, { seq }]) => [id, seq])),
    },
    ...(await readLog(client, fork)),
  }
}

const entitiesText = bothMoments(
  (moment) => `
  SELECT e.*, (SELECT jsonb_object_agg(c.component_type, c.data) FROM ${componentsAt[moment]} c
    WHERE c.entity_id = e.entity_id) AS components
  FROM unnest($3::text[]) AS n (entity_id) JOIN ${entitiesAt[moment]} e USING (entity_id)`,
)

const readMany = async (
  client: pg.ClientBase,
  worldId: string,
  ids: readonly string[],
  asOf: number | null,
): Promise<Map<string, { entity: Entity; seq: number }>> => {
  const { rows } = await client.query<EntityRow & { entity_id: string }>(entitiesText[momentOf(asOf)], [
    ...[worldId, asOf, ids],
  ])
  return new Map(
    rows.map((row) => [row.entity_id, { entity: entityFrom(row, row.components ?? {}), seq: row.from_seq }]),
  )
}

const relationshipsText = bothMoments(
  (moment) => `
  SELECT r.* FROM unnest($3::text[], $4::text[], $5::text[]) AS n (source_id, target_id, type)
    JOIN ${relationshipsAt[moment]} r USING (source_id, target_id, type)`,
)

const readManyRelationships = async (
  client: pg.ClientBase,
  worldId: string,
  keys: readonly RelationshipKey[],
  asOf: number | null,
): Promise<Map<string, Relationship>> => {
  const { rows } = await client.query<RelationshipRow>(relationshipsText[momentOf(asOf)], [
    ...[worldId, asOf, keys.map(({ sourceId }) => sourceId)],
    ...[keys.map(({ targetId }) => targetId), keys.map(({ type }) => type)],
  ])
  return new Map(rows.map((row) => [relationshipKey(relationshipFrom(row)), relationshipFrom(row)]))
}

// the diff has read the same part of the log
const logText = `
  SELECT count(*) FILTER (WHERE type = 'world.settings_changed.v1')::int AS settings,
    coalesce(sum(jsonb_array_length(data -> 'eventIds')) FILTER (WHERE type = 'chronicle.recorded.v1'), 0)::int
      AS "chronicleEvents",
    coalesce(jsonb_agg(data -> 'definition' ORDER BY seq) FILTER (WHERE type = 'component_type.registered.v1'), '[]')
      AS types
  FROM world_events WHERE world_id = $1 AND seq > $2`

const readLog = async (
  client: pg.ClientBase,
  fork: World,
): Promise<{ types: ComponentTypeDefinition[]; leftBehind: LeftBehind }> => {
  const { rows } = await client.query<LeftBehind & { types: ComponentTypeDefinition[] }>(logText, [
    ...[fork.worldId, fork.parent!.seq],
  ])
  const { types, ...leftBehind } = rows[0]!
  return { types, leftBehind }
}
