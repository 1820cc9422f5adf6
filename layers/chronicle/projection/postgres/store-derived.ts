import type pg from 'pg'
import {
  boolArray,
  float8Array,
  int8Array,
  jsonbArray,
  textArray,
  uuidArray,
} from '#platform/postgres/binary-array'
import { prepared } from '#platform/postgres/pool'
import type { ResolvedActor } from '../actors.ts'
import { targetText } from '../effect.ts'
import { targetKeyOf } from '../names.ts'
import type { DerivationScope } from '../scope.ts'
import type { PlacedEffect } from '../translate.ts'
import type { EventContent } from './load-events.ts'

/** An event with what it comes to. */
export interface DerivedEvent extends EventContent {
  actors: ResolvedActor[]
  effects: PlacedEffect[]
  /** Whether it changes entities. */
  projects: boolean
  isUnknown: boolean
}

const insertActors = `
  INSERT INTO chronicle_actors (world_id, generation, tenant_id, chronicle_id, event_id, ordinal, told_at, entity_id,
    name, entity_type, role, confidence, name_key, explicit_id, projects)
  SELECT $1, $2, $3, a.chronicle_id, a.event_id, a.ordinal, to_timestamp(a.told_at / 1000.0), a.entity_id, a.name,
    a.entity_type, a.role, a.confidence, a.name_key, a.explicit_id, a.projects
  FROM unnest($4::text[], $5::text[], $6::bigint[], $7::float8[], $8::text[], $9::text[], $10::text[], $11::text[],
    $12::float8[], $13::uuid[], $14::text[], $15::boolean[])
    AS a (chronicle_id, event_id, ordinal, told_at, entity_id, name, entity_type, role, confidence, name_key,
      explicit_id, projects)`

export const storeActors = async (
  client: pg.ClientBase,
  { worldId, generation, tenantId }: DerivationScope,
  events: readonly DerivedEvent[],
): Promise<void> => {
  const rows = events.flatMap((event) => event.actors.map((actor) => ({ event, actor })))
  if (rows.length === 0) return
  await client.query(
    prepared(insertActors, [
      ...[worldId, generation, tenantId],
      textArray(rows.map(({ event }) => event.chronicleId)),
      textArray(rows.map(({ event }) => event.eventId)),
      int8Array(rows.map(({ actor }) => actor.ordinal)),
      float8Array(rows.map(({ event }) => event.toldAt)),
      textArray(rows.map(({ actor }) => actor.entityId)),
      textArray(rows.map(({ actor }) => actor.name)),
      textArray(rows.map(({ actor }) => actor.entityType)),
      textArray(rows.map(({ actor }) => actor.role)),
      float8Array(rows.map(({ actor }) => actor.confidence)),
      uuidArray(rows.map(({ actor }) => actor.nameKey)),
      textArray(rows.map(({ actor }) => actor.explicitId ?? null)),
      boolArray(rows.map(({ event }) => event.projects)),
    ]),
  )
}

const insertEffects = `
  INSERT INTO chronicle_effects (world_id, generation, tenant_id, target_key, told_at, chronicle_id, event_id, ordinal,
    target, effect)
  SELECT $1, $2, $3, e.target_key, to_timestamp(e.told_at / 1000.0), e.chronicle_id, e.event_id, e.ordinal, e.target,
    e.effect
  FROM unnest($4::uuid[], $5::float8[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::jsonb[])
    AS e (target_key, told_at, chronicle_id, event_id, ordinal, target, effect)`

export const storeEffects = async (
  client: pg.ClientBase,
  { worldId, generation, tenantId }: DerivationScope,
  events: readonly DerivedEvent[],
): Promise<void> => {
  const rows = events.flatMap((event) =>
    event.effects.map((placed) => ({ event, placed, target: targetText(placed.target) })),
  )
  if (rows.length === 0) return
  await client.query(
    prepared(insertEffects, [
      ...[worldId, generation, tenantId],
      uuidArray(rows.map(({ target }) => targetKeyOf(target))),
      float8Array(rows.map(({ event }) => event.toldAt)),
      textArray(rows.map(({ event }) => event.chronicleId)),
      textArray(rows.map(({ event }) => event.eventId)),
      int8Array(rows.map(({ placed }) => placed.ordinal)),
      textArray(rows.map(({ target }) => target)),
      jsonbArray(rows.map(({ placed }) => JSON.stringify(placed.effect))),
    ]),
  )
}

const insertUnknown = `
  INSERT INTO chronicle_unknown_actions (world_id, generation, tenant_id, chronicle_id, event_id, action)
  SELECT $1, $2, $3, u.chronicle_id, u.event_id, u.action
  FROM unnest($4::text[], $5::text[], $6::text[]) AS u (chronicle_id, event_id, action)`

export const storeUnknownActions = async (
  client: pg.ClientBase,
  { worldId, generation, tenantId }: DerivationScope,
  events: readonly DerivedEvent[],
): Promise<void> => {
  const unknown = events.filter(({ isUnknown }) => isUnknown)
  if (unknown.length === 0) return
  await client.query(
    prepared(insertUnknown, [
      ...[worldId, generation, tenantId],
      textArray(unknown.map(({ chronicleId }) => chronicleId)),
      textArray(unknown.map(({ eventId }) => eventId)),
      textArray(unknown.map(({ event }) => event.action)),
    ]),
  )
}
