import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { HttpProblem, notFound } from '#platform/http/problem'
import { wholeNumber } from '#platform/http/query-fields'
import { type Route, route } from '#platform/http/route'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTenantTransaction } from '#platform/postgres/pool'
import { type Dataset, type DatasetPart, datasetFormats } from '#training/dataset'
import type { PinnedSnapshot } from '#training/epoch'
import { insertDataset } from '#training/postgres/insert-dataset'
import { findDataset, listDatasets, readParts, stopFollowing } from '#training/postgres/read-datasets'
import { worldNameSchema } from '#world/schemas'
import { type ApiContext, decodeCursor, nextLink } from '../api-context.ts'
import { cursor } from '../api-world/schemas.ts'
import { datasetJson, datasetSchema, listedDatasetSchema } from './dataset-json.ts'
import { selectionBody, selectionOf, sizeFits, sizeMisfit } from './selection-fields.ts'
import { epochOf, epochPath, spaceOf, spacePath } from './space.ts'

const datasetPath = z.object({
  space: worldNameSchema,
  id: z.uuid('must be the id of a dataset: a UUID'),
})

const createBody = z
  .strictObject({
    ...selectionBody,
    format: z.enum(datasetFormats, `must be one of ${datasetFormats.join(', ')}`).default('parquet'),
    follow: z.boolean('must be true or false').default(false).meta({
      description: 'true: also the scene snapshots that are cut after those of the epoch, as they come',
    }),
  })
  .refine(sizeFits, sizeMisfit)

const create = route<ApiContext, typeof epochPath, never, typeof createBody>({
  method: 'POST',
  path: '/eustress/epochs/{space}/{id}/datasets',
  operationId: 'createDataset',
  summary: 'Writes the samples of a training set to the object store, with a manifest: docs/training.md',
  pathSchema: epochPath,
  bodySchema: createBody,
  responses: {
    200: {
      description: 'It was written before: the same request is the same dataset',
      schema: listedDatasetSchema,
    },
    202: {
      description: 'It is being written: its status says when that is done',
      schema: listedDatasetSchema,
    },
  },
  handle: async (context, { tenantId, origin, path, body }) => {
    storeOf(context)
    const { world, epoch } = await epochOf(context, tenantId, path.space, path.id)
    const { requestId, subject: requestedBy } = origin
    const dataset = await inTenantTransaction(context.readers, tenantId, (client) =>
      insertDataset(client, {
        ...{ datasetId: uuidv7(), tenantId, requestId, requestedBy },
        ...{ worldId: epoch.worldId, epochId: epoch.epochId, filters: epoch.filters },
        ...{ format: body.format, follows: body.follow, snapshots: epoch.snapshots },
        selection: selectionOf(body, epoch),
        followedSeq: lastSeq(epoch.snapshots) ?? world.seq,
      }),
    )
    if (dataset.status !== 'done' || dataset.follows) context.snapshots?.ringDatasets(epoch.worldId)
    return { status: dataset.status === 'done' ? 200 : 202, body: datasetJson(dataset, path.space) }
  },
})

const lastSeq = (snapshots: readonly PinnedSnapshot[]): number | undefined =>
  snapshots.length === 0 ? undefined : Math.max(...snapshots.map(({ seq }) => seq))

/** @throws HttpProblem 501 where this host has none */
const storeOf = ({ datasets }: ApiContext): ObjectStore => {
  if (datasets !== undefined) return datasets
  throw new HttpProblem(501, 'No datasets here', 'This server has no object store to write datasets to.')
}

const listQuery = z.strictObject({ limit: wholeNumber(1, 1_000).default(100), cursor })
const position = z.tuple([z.iso.datetime(), z.uuid()])

const list = route<ApiContext, typeof spacePath, typeof listQuery, never>({
  method: 'GET',
  path: '/eustress/datasets/{space}',
  operationId: 'listDatasets',
  summary: 'Datasets of a space, newest first',
  pathSchema: spacePath,
  querySchema: listQuery,
  responses: {
    200: { description: 'Without their files', schema: z.object({ datasets: z.array(listedDatasetSchema) }) },
  },
  handle: async (context, { tenantId, path: { space }, query, url }) => {
    const { worldId } = await spaceOf(context, tenantId, space)
    const after = decodeCursor(query.cursor, (value) => {
      const parsed = position.safeParse(value).data
      return parsed && { createdAt: new Date(parsed[0]), datasetId: parsed[1] }
    })
    const found = await inTenantTransaction(context.readers, tenantId, (client) =>
      listDatasets(client, worldId, after, query.limit + 1),
    )
    const page = found.slice(0, query.limit)
    const last = page.at(-1)
    const headers =
      found.length > page.length ? nextLink(url, [last!.createdAt.toISOString(), last!.datasetId]) : {}
    return { status: 200, headers, body: { datasets: page.map((dataset) => datasetJson(dataset, space)) } }
  },
})

/** @throws HttpProblem 404 */
const datasetOf = async (
  context: ApiContext,
  tenantId: string,
  { space, id }: z.output<typeof datasetPath>,
): Promise<{ dataset: Dataset; parts: DatasetPart[] }> => {
  const { worldId } = await spaceOf(context, tenantId, space)
  return inTenantTransaction(context.readers, tenantId, async (client) => {
    const dataset = await findDataset(client, worldId, id)
    if (dataset === undefined) throw notFound(`there is no dataset ${id} of '${space}'`)
    return { dataset, parts: await readParts(client, id) }
  })
}

const getOne = route<ApiContext, typeof datasetPath, never, never>({
  method: 'GET',
  path: '/eustress/datasets/{space}/{id}',
  operationId: 'getDataset',
  summary: 'A dataset: how far it is, and its files',
  pathSchema: datasetPath,
  responses: { 200: { description: 'The dataset', schema: datasetSchema } },
  handle: async (context, { tenantId, path }) => {
    const { dataset, parts } = await datasetOf(context, tenantId, path)
    return { status: 200, body: datasetJson(dataset, path.space, parts) }
  },
})

const fileNames = /^(manifest\.json|part-\d{6,9}\.(ndjson|parquet))$/
const filePath = z.object({
  ...datasetPath.shape,
  file: z
    .string()
    .regex(fileNames, 'must be manifest.json or the name of a part such as part-000000.parquet'),
})
const fileTypes = { ndjson: 'application/x-ndjson', parquet: 'application/vnd.apache.parquet' }

const getFile = route<ApiContext, typeof filePath, never, never>({
  method: 'GET',
  path: '/eustress/datasets/{space}/{id}/files/{file}',
  operationId: 'getDatasetFile',
  summary: 'A file of a dataset: manifest.json, or a part as the manifest names it',
  pathSchema: filePath,
  responses: { 200: { description: 'The bytes' }, 404: { description: 'No such file, or not yet' } },
  handle: async (context, { tenantId, path }) => {
    const { dataset, parts } = await datasetOf(context, tenantId, path)
    const store = storeOf(context)
    const key = `datasets/${dataset.worldId}/${dataset.digest}/${path.file}`
    const isThere =
      path.file === 'manifest.json' ? dataset.finishedAt !== null : parts.some((part) => part.key === key)
    const bytes = isThere ? await store.get(key) : undefined
    if (bytes === undefined) throw notFound(`there is no ${path.file} of dataset ${path.id} (yet)`)
    if (path.file === 'manifest.json') return { status: 200, text: bytes.toString() }
    const headers = { 'content-type': fileTypes[dataset.format] }
    return { status: 200, headers, stream: piecesOf(dataset.format === 'ndjson' ? bytes.toString() : bytes) }
  },
})

async function* piecesOf(content: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  yield content
}

const stop = route<ApiContext, typeof datasetPath, never, never>({
  method: 'POST',
  path: '/eustress/datasets/{space}/{id}/stop',
  operationId: 'stopDataset',
  summary: 'A dataset that follows its space gets no more snapshots; what it has stays',
  pathSchema: datasetPath,
  responses: { 200: { description: 'The dataset', schema: datasetSchema } },
  handle: async (context, { tenantId, path }) => {
    const { dataset } = await datasetOf(context, tenantId, path)
    await inTenantTransaction(context.readers, tenantId, (client) =>
      stopFollowing(client, dataset.worldId, dataset.datasetId),
    )
    const stopped = await datasetOf(context, tenantId, path)
    return { status: 200, body: datasetJson(stopped.dataset, path.space, stopped.parts) }
  },
})

export const datasetRoutes: Route<ApiContext>[] = [create, list, getOne, getFile, stop]
