import * as z from 'zod'
import { invalid } from '#platform/http/problem'
import { type RequestOrigin, type Route, route } from '#platform/http/route'
import type { Command, Refusal } from '#world/commands'
import { worldNameSchema } from '#world/schemas'
import type { ApiContext } from '../api-context.ts'
import { type FieldOf, write } from '../write.ts'
import {
  batchItemLimit,
  ingestBatchBody,
  ingestConnectionBody,
  ingestEntityBody,
  ingestParameterBody,
  toEntity,
  toRelationship,
} from './engine.ts'
import { snapshotRoutes } from './snapshot-routes.ts'
import { readStatistics, statisticsSchema } from './statistics.ts'
import { trainingRoutes } from './training/routes.ts'

/** A batch of so many items makes a scene snapshot by itself. */
const snapshotFromItems = 100

const ingestAnswer = z
  .object({
    success: z.literal(true),
    message: z.string(),
    snapshot_id: z.string().nullable(),
    request_id: z.string(),
  })
  .meta({ id: 'IngestAnswer' })

const ingestResponses = (message: string) => ({
  200: { description: `${message}: it is in the log, or everything already was so`, schema: ingestAnswer },
  202: {
    description: 'Accepted: the database is away, the request is applied in order when it is back',
    schema: ingestAnswer,
  },
})

interface Ingest extends RequestOrigin {
  world: string
  commands: Command[]
  message: string
  fieldOf: FieldOf
  snapshotFromCommands?: number
  mustExist?: boolean
}

/** What is wrong with a component of the item: the type where nothing within it is. */
const fieldOfEntity = (entity: string, { type, path }: Refusal['data']): string =>
  typeof type === 'string' && path === undefined ? `${entity}.components.${type}` : entity

/** Accepts what an engine sends and answers in the engine's words. */
const ingest = async (context: ApiContext, { message, fieldOf, ...request }: Ingest) => {
  const acceptance = await write(context, request, fieldOf)
  const isApplied = acceptance.status === 'applied'
  return {
    status: isApplied ? 200 : 202,
    body: {
      success: true,
      message: isApplied ? message : 'Accepted; it is applied when the database is back',
      snapshot_id: isApplied ? acceptance.snapshotId : null,
      request_id: request.requestId,
    },
  }
}

const ingestEntity = route<ApiContext, never, never, typeof ingestEntityBody>({
  method: 'POST',
  path: '/eustress/ingest/entity',
  operationId: 'ingestEntity',
  summary: 'Makes an entity exactly this; creates its space with its first write',
  bodySchema: ingestEntityBody,
  responses: ingestResponses('Entity ingested'),
  handle: (context, { origin, body }) =>
    ingest(context, {
      ...{ ...origin, world: body.space_name, message: 'Entity ingested' },
      fieldOf: (_, data) => fieldOfEntity('entity', data),
      commands: [{ kind: 'put-entity', entity: toEntity(body.entity) }],
    }),
})

const ingestConnection = route<ApiContext, never, never, typeof ingestConnectionBody>({
  method: 'POST',
  path: '/eustress/ingest/connection',
  operationId: 'ingestConnection',
  summary: 'Makes a connection exactly this; its ends may arrive later',
  bodySchema: ingestConnectionBody,
  responses: ingestResponses('Connection ingested'),
  handle: (context, { origin, body }) =>
    ingest(context, {
      ...{
        ...origin,
        world: body.space_name,
        message: 'Connection ingested',
        fieldOf: () => 'connection',
      },
      commands: [{ kind: 'put-relationship', relationship: toRelationship(body.connection) }],
    }),
})

const ingestParameter = route<ApiContext, never, never, typeof ingestParameterBody>({
  method: 'POST',
  path: '/eustress/ingest/parameter',
  operationId: 'ingestParameter',
  summary: 'Sets one parameter of an entity to any JSON value',
  bodySchema: ingestParameterBody,
  responses: ingestResponses('Parameter updated'),
  handle: (context, { origin, body }) =>
    ingest(context, {
      ...{
        ...origin,
        world: body.space_name,
        message: 'Parameter updated',
        fieldOf: () => 'entity_id',
      },
      commands: [
        { kind: 'set-parameter', entityId: body.entity_id, name: body.parameter_name, value: body.value },
      ],
      mustExist: true,
    }),
})

const ingestBatch = route<ApiContext, never, never, typeof ingestBatchBody>({
  method: 'POST',
  path: '/eustress/ingest/batch',
  operationId: 'ingestBatch',
  summary: `Entities, then connections, all or none; ${snapshotFromItems} items or more make a scene snapshot`,
  bodySchema: ingestBatchBody,
  responses: ingestResponses('Batch ingested'),
  handle: (context, { origin, body: { space_name: world, entities, connections } }) => {
    if (entities.length + connections.length > batchItemLimit) {
      throw invalid([
        { field: 'entities', message: `must have at most ${batchItemLimit} items together with connections` },
      ])
    }
    const commands: Command[] = [
      ...entities.map((entity) => ({ kind: 'put-entity' as const, entity: toEntity(entity) })),
      ...connections.map((connection) => ({
        kind: 'put-relationship' as const,
        relationship: toRelationship(connection),
      })),
    ]
    const fieldOf: FieldOf = (index, data) =>
      index < entities.length
        ? fieldOfEntity(`entities[${index}]`, data)
        : `connections[${index - entities.length}]`
    const message = 'Batch ingested'
    return ingest(context, {
      ...origin,
      world,
      commands,
      message,
      fieldOf,
      snapshotFromCommands: snapshotFromItems,
    })
  },
})

const stats = route<ApiContext, never, never, never>({
  method: 'GET',
  path: '/eustress/ingest/stats',
  operationId: 'ingestStatistics',
  summary: 'What all spaces hold; sizes are measured',
  responses: { 200: { description: 'Statistics', schema: statisticsSchema } },
  handle: async (context, { tenantId }) => ({ status: 200, body: await readStatistics(context, tenantId) }),
})

const takeSnapshotPath = z.object({ space: worldNameSchema })

const takeSnapshot = route<ApiContext, typeof takeSnapshotPath, never, never>({
  method: 'POST',
  path: '/eustress/ingest/snapshot/{space}',
  operationId: 'takeSnapshot',
  summary: 'Cuts a scene snapshot of the space as it is now',
  pathSchema: takeSnapshotPath,
  responses: { 200: { description: 'Snapshot created', schema: ingestAnswer } },
  handle: async (context, { origin, path: { space } }) => {
    return ingest(context, {
      ...{ ...origin, world: space, message: 'Snapshot created', fieldOf: () => 'path.space' },
      commands: [{ kind: 'take-snapshot' }],
      mustExist: true,
    })
  },
})

/** The bridge that engines speak to: their words in, ours inside. */
export const ingestRoutes: Route<ApiContext>[] = [
  ingestEntity,
  ingestConnection,
  ingestParameter,
  ingestBatch,
  stats,
  takeSnapshot,
  ...snapshotRoutes,
  ...trainingRoutes,
]
