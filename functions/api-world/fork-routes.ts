import * as z from 'zod'
import { notFound } from '#platform/http/problem'
import { type Route, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { Refusal } from '#world/commands'
import type { ForkMoment } from '#world/fork/find-source'
import { type ForkRequest, forkWorld } from '#world/fork/fork'
import { findWorld } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import type { ApiContext } from '../api-context.ts'
import { withPast } from '../past.ts'
import { refusalProblem } from '../write.ts'
import { worldSchema } from './schemas.ts'

const forkBody = z
  .strictObject({
    world: worldNameSchema.meta({ description: 'The world to fork' }),
    name: worldNameSchema.meta({ description: 'Of the fork' }),
    atSeq: z
      .int('must be a seq: a whole number of at least 0')
      .min(0, 'must be a seq: a whole number of at least 0')
      .optional()
      .meta({ description: 'The world as it stood at this seq; default: as it stands' }),
    commitId: z
      .uuid('must be the id of a commit')
      .optional()
      .meta({ description: 'The world as it stood when this commit was made' }),
  })
  .refine(({ atSeq, commitId }) => atSeq === undefined || commitId === undefined, {
    path: ['commitId'],
    message: 'only one of atSeq and commitId may be given',
  })

const forkAnswer = z
  .object({ status: z.literal('applied'), requestId: z.string(), world: worldSchema })
  .meta({ id: 'ForkAnswer' })

const fork = route<ApiContext, never, never, typeof forkBody>({
  method: 'POST',
  path: '/admin/fork',
  operationId: 'forkWorld',
  summary:
    'Makes a world with the state, the bodies and the ledger that another one had at a seq or a commit',
  bodySchema: forkBody,
  responses: {
    200: { description: 'The fork', schema: forkAnswer },
    404: { description: 'No such world or commit' },
    409: { description: 'The name is taken, or commits that are needed are in the archive' },
    410: { description: 'The world as of then is kept no longer; oldestSeq says what is' },
  },
  handle: async (context, { tenantId, origin, body }) => {
    const { forks, readers } = context
    const { world: source, name, atSeq, commitId } = body
    const at: ForkMoment = atSeq === undefined ? 'now' : { seq: atSeq }
    const moment = commitId === undefined ? at : { commitId: commitId.toLowerCase() }
    const asked: ForkRequest = { ...origin, source, name, moment, audit: 'forkWorld' }
    const outcome = await withPast(context, tenantId, () => forkWorld(forks, asked))
    if (outcome.status === 'refused')
      throw refusalProblem(outcome.refusal, () => fieldOf[outcome.refusal.code] ?? 'body')
    const world = await inTenantTransaction(readers, tenantId, (client) => findWorld(client, tenantId, name))
    if (world === undefined) throw notFound(`there is no world '${name}'`)
    return { status: 200, body: { status: 'applied', requestId: origin.requestId, world } }
  },
})

const fieldOf: Partial<Record<Refusal['code'], string>> = {
  'world-not-found': 'world',
  'world-exists': 'name',
  'seq-not-reached': 'atSeq',
  'commit-not-found': 'commitId',
  'entries-archived': 'atSeq',
}

export const forkRoutes: Route<ApiContext>[] = [fork]
