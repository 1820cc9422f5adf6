import type pg from 'pg'
import type * as z from 'zod'
import { HttpProblem, invalid, notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction, isTimeout } from '#platform/postgres/pool'
import type { Entity } from '#world/event'
import { explainQuery } from '#world/query/explain'
import { resolveMoment } from '#world/query/moment'
import { QueryError } from '#world/query/query-error'
import { runQuery } from '#world/query/run'
import { findWorld } from '#world/read/worlds'
import { type ApiContext, oneState, worldAt } from '../api-context.ts'
import { worldPath } from '../api-world/schemas.ts'
import { degradedHeader } from '../degraded-header.ts'
import { reachSeq, withPast } from '../past.ts'
import { answerEntities } from '../sealed-answers.ts'
import { savedQueryRoutes } from './saved-query-routes.ts'
import { queryAnswer, queryBody, queryFault } from './schemas.ts'

/** Some time before the transaction's own limit, which would end the connection with it. */
const statementTimeoutMs = 9_000

const post = route<ApiContext, typeof worldPath, never, typeof queryBody>({
  method: 'POST',
  path: '/worlds/{world}/query',
  operationId: 'queryWorld',
  summary: 'Entities that meet a condition, now or as of a seq or time: pages, counts, groups',
  pathSchema: worldPath,
  bodySchema: queryBody,
  responses: {
    200: { description: 'entities, count, groups or explain, as asked', schema: queryAnswer },
    422: { description: 'It took too long; the detail says how to narrow it' },
  },
  handle: async (context, { tenantId, principal, origin, path: { world }, body }) => {
    try {
      const ask = (client: pg.PoolClient) => answer(client, tenantId, world, body)
      const { degraded, ...found } = await withPast(context, tenantId, () =>
        inTenantTransaction(context.readers, tenantId, ask, oneState),
      )
      const headers = degradedHeader({ degraded })
      if (found.entities === undefined) return { status: 200, headers, body: found }
      // after the transaction: keys may have to be fetched
      const entities = await answerEntities(context, { tenantId, principal, origin }, found.entities)
      return { status: 200, headers, body: { ...found, entities } }
    } catch (error) {
      if (error instanceof QueryError) throw invalid([queryFault(error, body.query)])
      throw isTimeout(error) ? tooSlow(error) : error
    }
  },
})

/** Of an entity whose fields were selected none is of a sensitive type, and `components` is not there. */
type Answered = { seq: number; degraded: boolean; entities?: Pick<Entity, 'id' | 'components'>[] }

const answer = async (
  client: pg.PoolClient,
  tenantId: string,
  name: string,
  { query: { form: query }, asOf, limit, cursor, explain }: z.output<typeof queryBody>,
): Promise<Answered> => {
  const world = await findWorld(client, tenantId, name)
  if (world === undefined) throw notFound(`there is no world '${name}'`)
  const seq = asOf === undefined ? null : await resolveMoment(client, world, asOf)
  if (seq !== null && seq > world.seq)
    throw invalid([{ field: 'asOf', message: `must be at most ${world.seq}, the last seq of '${name}'` }])
  const { worldId: readWorldId } = seq === null ? world : await worldAt(client, world, seq)
  if (seq !== null) await reachSeq(client, readWorldId, seq, { kinds: ['history'] })
  await client.query(`SET LOCAL statement_timeout = ${statementTimeoutMs}`)
  const request = { tenantId, worldId: world.worldId, readWorldId, asOf: seq, query, limit, cursor }
  const found =
    explain === true ? { explain: await explainQuery(client, request) } : await runQuery(client, request)
  return { seq: seq ?? world.seq, degraded: world.degraded, ...found } as Answered
}

const tooSlow = (cause: unknown): HttpProblem =>
  new HttpProblem(
    422,
    'Query too slow',
    'The query was given up after its time limit. Add a condition that an index answers (a relationship of an entity, a tag, ' +
      'a part of a name, a hot field, a box), ask for fewer steps, or leave out count, group and sort; explain says what has an index.',
    { errors: [{ field: 'query', message: 'must be answered within its time limit' }], cause },
  )

/** What is asked of a world's entities. */
export const queryApiRoutes: Route<ApiContext>[] = [post, ...savedQueryRoutes]
