import * as z from 'zod'
import { defaultRotation, defaultScale } from '#world/components'
import type { Entity, JsonObject, Relationship } from '#world/event'
import { jsonFault } from '#world/json'
import {
  classTypeSchema,
  componentsSchema,
  idSchema,
  jsonSchema,
  labelSchema,
  nameSchema,
  parameterNameSchema,
  parametersSchema,
  positionSchema,
  relationshipTypeSchema,
  rotationSchema,
  scaleSchema,
  strengthSchema,
  tagsSchema,
  worldNameSchema,
} from '#world/schemas'

// The engine's words, and how they become ours. Fields of an entity or a connection that are not listed here
// are kept as they came (`extra`, `data`) and returned so.

/** Fields that no schema knows still have to be storable. */
function checkUnknownFields(item: Record<string, unknown>, context: z.RefinementCtx): void {
  const fault = jsonFault(item as JsonObject)
  if (fault !== undefined) context.addIssue({ code: 'custom', ...fault })
}

export const engineEntity = z
  .looseObject({
    id: idSchema,
    /** Default: the id. */
    name: nameSchema.optional(),
    class_type: classTypeSchema.default('Part'),
    position: positionSchema,
    rotation: rotationSchema.default(defaultRotation),
    scale: scaleSchema.default(defaultScale),
    tags: tagsSchema.default([]),
    parameters: parametersSchema.prefault({}),
    components: componentsSchema,
  })
  .superRefine(checkUnknownFields)
  .meta({ id: 'EngineEntity' })

export const engineConnection = z
  .looseObject({
    source_id: idSchema,
    target_id: idSchema,
    connection_type: relationshipTypeSchema,
    strength: strengthSchema.default(1),
    label: labelSchema.nullable().default(null),
  })
  .superRefine(checkUnknownFields)
  .meta({ id: 'EngineConnection' })

export type EngineEntity = z.output<typeof engineEntity>
export type EngineConnection = z.output<typeof engineConnection>

/** Items of a batch, entities and connections together. */
export const batchItemLimit = 10_000

export const ingestEntityBody = z.strictObject({ space_name: worldNameSchema, entity: engineEntity })
export const ingestConnectionBody = z.strictObject({
  space_name: worldNameSchema,
  connection: engineConnection,
})
export const ingestParameterBody = z.strictObject({
  space_name: worldNameSchema,
  entity_id: idSchema,
  parameter_name: parameterNameSchema,
  value: jsonSchema,
})
export const ingestBatchBody = z.strictObject({
  space_name: worldNameSchema,
  entities: z
    .array(engineEntity)
    .max(batchItemLimit, `must have at most ${batchItemLimit} items`)
    .default([]),
  connections: z
    .array(engineConnection)
    .max(batchItemLimit, `must have at most ${batchItemLimit} items`)
    .default([]),
})

export const toEntity = (entity: EngineEntity): Entity => {
  const { id, name, class_type, position, rotation, scale, tags, parameters, components, ...extra } = entity
  return {
    id,
    name: name ?? id,
    classType: class_type,
    position,
    rotation,
    scale,
    tags,
    parameters,
    extra: extra as JsonObject,
    ...(components !== undefined && { components }),
  }
}

export const toRelationship = (connection: EngineConnection): Relationship => {
  const { source_id, target_id, connection_type, strength, label, ...data } = connection
  return {
    sourceId: source_id,
    targetId: target_id,
    type: connection_type,
    strength,
    label,
    data: data as JsonObject,
  }
}

export const fromEntity = ({
  id,
  name,
  classType,
  position,
  rotation,
  scale,
  tags,
  parameters,
  extra,
}: Entity): JsonObject => ({
  ...extra,
  ...{ id, name, class_type: classType, position, rotation, scale, tags, parameters },
})

export const fromRelationship = ({
  sourceId,
  targetId,
  type,
  strength,
  label,
  data,
}: Relationship): JsonObject => ({
  ...data,
  ...{ source_id: sourceId, target_id: targetId, connection_type: type, strength, label },
})
