import * as z from 'zod'
import { compressed } from '#platform/http/compress'
import { HttpProblem, invalid } from '#platform/http/problem'
import { wholeNumber } from '#platform/http/query-fields'
import { type Route, type RouteInput, type RouteOutput, route } from '#platform/http/route'
import type { Epoch } from '#training/epoch'
import { ndjsonPieces } from '#training/ndjson'
import { createPlanCache, TooManyStrata } from '#training/plan'
import type { Sample } from '#training/sample'
import { beginning, planOf, type SamplePosition, type SampleSource, samplePages } from '#training/samples'
import { idSchema } from '#world/schemas'
import type { ApiContext } from '../api-context.ts'
import { answerEntities } from '../sealed-answers.ts'
import { pastRead } from './past-read.ts'
import { selectionOf, selectionQuery, sizeFits, sizeMisfit } from './selection-fields.ts'
import { epochOf, epochPath } from './space.ts'

const samplesQuery = z
  .strictObject({
    ...selectionQuery,
    format: z.enum(['ndjson', 'parquet'], 'must be ndjson or parquet').default('ndjson'),
    limit: wholeNumber(1, 10_000)
      .optional()
      .meta({ description: 'Samples of this answer; default: all that come after the cursor, streamed' }),
    cursor: z
      .string()
      .optional()
      .meta({ description: 'snapshot:entity_id of the last sample that you have; also in the Link header' }),
  })
  .refine(sizeFits, sizeMisfit)

/** Of this process: a plan follows from a snapshot and a selection alone. */
const plans = createPlanCache()

const samples = route<ApiContext, typeof epochPath, typeof samplesQuery, never>({
  method: 'GET',
  path: '/eustress/epochs/{space}/{id}/samples',
  operationId: 'listSamples',
  summary:
    'The samples of a training set as NDJSON or Parquet, the same for the same request: docs/training.md',
  pathSchema: epochPath,
  querySchema: samplesQuery,
  responses: {
    200: { description: 'application/x-ndjson, or one file of application/vnd.apache.parquet' },
    422: { description: 'Too many strata' },
  },
  handle: async (context, input) => {
    const { tenantId, path, query, headers, url } = input
    const { epoch } = await epochOf(context, tenantId, path.space, path.id)
    const after = positionOf(query.cursor, epoch)
    const source = sourceOf(context, input, epoch)
    await checkPlan(source, after)
    const { pages, next } = await limited(samplePages(source, after), query.limit)
    const link: Record<string, string> = next === undefined ? {} : nextSamples(url, next)
    return query.format === 'parquet'
      ? asParquet(pages, link)
      : compressed(headers, {
          ...{ status: 200, headers: { 'content-type': 'application/x-ndjson', ...link } },
          stream: ndjsonPieces(pages),
        })
  },
})

const sourceOf = (
  context: ApiContext,
  { tenantId, principal, origin, query }: RouteInput<unknown, z.output<typeof samplesQuery>, unknown>,
  epoch: Epoch,
): SampleSource => {
  const selection = selectionOf(query, epoch)
  return {
    ...{ snapshots: epoch.snapshots, selection },
    read: pastRead(context, tenantId),
    open: (entities) => answerEntities(context, { tenantId, principal, origin }, entities),
    planOf: (snapshot, make) => plans(snapshot, selection, make),
  }
}

/** Nothing has been sent yet: what the first snapshot says of the selection becomes a problem document. */
const checkPlan = async (source: SampleSource, { snapshot }: SamplePosition): Promise<void> => {
  const first = source.snapshots[snapshot]
  if (first === undefined) return
  // it is there, or the archive's problem document is
  await source.read(first, async () => {})
  await planOf(source, first).catch((error) => {
    if (!(error instanceof TooManyStrata)) throw error
    const message = `has too many strata: ${error.message}`
    throw new HttpProblem(422, 'Too many strata', `query.sampling: ${message}.`, {
      errors: [{ field: 'query.sampling', message }],
    })
  })
}

const positionOf = (cursor: string | undefined, { snapshots }: Epoch): SamplePosition => {
  if (cursor === undefined) return beginning
  const [, at = '', entityId = ''] = /^(\d{1,9}):(.*)$/su.exec(cursor) ?? []
  const isPosition = at !== '' && Number(at) < Math.max(1, snapshots.length)
  if (isPosition && (entityId === '' || idSchema.safeParse(entityId).success))
    return { snapshot: Number(at), entityId }
  const message = 'must be snapshot:entity_id of a sample of this epoch'
  throw invalid([{ field: 'query.cursor', message }])
}

/** The first `limit` samples, collected, and the last of them where there are more; without a limit as they come. */
const limited = async (
  pages: AsyncGenerator<Sample[]>,
  limit: number | undefined,
): Promise<{ pages: AsyncIterable<Sample[]>; next?: Sample }> => {
  if (limit === undefined) return { pages }
  const found: Sample[] = []
  for await (const page of pages) {
    found.push(...page)
    if (found.length > limit) break
  }
  const page = found.slice(0, limit)
  return { pages: pagesOf(page), ...(found.length > limit && { next: page.at(-1)! }) }
}

async function* pagesOf(page: Sample[]): AsyncGenerator<Sample[]> {
  yield page
}

const nextSamples = (url: URL, { snapshot, entity_id }: Sample): Record<string, string> => {
  const next = new URL(url)
  next.searchParams.set('cursor', `${snapshot}:${entity_id}`)
  return { link: `<${next.pathname}${next.search}>; rel="next"` }
}

/** Loaded where it is asked for: most requests of this function are an engine's. */
const asParquet = async (
  pages: AsyncIterable<Sample[]>,
  link: Record<string, string>,
): Promise<RouteOutput> => {
  const { parquetPieces } = await import('#training/parquet')
  const headers = {
    'content-type': 'application/vnd.apache.parquet',
    'content-disposition': 'attachment; filename="samples.parquet"',
    ...link,
  }
  return { status: 200, headers, stream: parquetPieces(pages) }
}

export const sampleRoutes: Route<ApiContext>[] = [samples]
