import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import * as z from 'zod'
import { HttpProblem, invalid, notFound } from '#platform/http/problem'
import { type RequestOrigin, route } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import { acceptWrite } from '#world/accept'
import type { Command, Refusal } from '#world/commands'
import { storeAudit } from '#world/postgres/store-audit'
import { type Conflict, type Promotion, planPromotion, type Strategy, strategies } from '#world/promote/plan'
import { type LeftBehind, promotionLimit, readPromotion } from '#world/promote/read-promotion'
import { findWorld, type World } from '#world/read/worlds'
import { worldNameSchema } from '#world/schemas'
import { type ApiContext, oneState, worldAt } from '../api-context.ts'
import { reachSeq, withPast } from '../past.ts'
import { refusalProblem } from '../write.ts'
import { worldPath } from './schemas.ts'

const promoteBody = z.strictObject({
  into: worldNameSchema.meta({ description: 'The world that it was forked of' }),
  strategy: z
    .enum(strategies, `must be one of ${strategies.join(', ')}`)
    .default('refuse')
    .meta({
      description:
        'Of what both changed since the fork. refuse: nothing is promoted; merge: as far as both changed other fields; fork, parent: the changes of that one stand',
    }),
  dryRun: z
    .boolean('must be true or false')
    .default(false)
    .meta({ description: 'Only say what would be done' }),
  expectSeq: z
    .int('must be a seq: a whole number of at least 0')
    .min(0, 'must be a seq: a whole number of at least 0')
    .optional()
    .meta({ description: 'Refuse with 412 where the parent is at another seq' }),
})

const counts = z.object({ created: z.int(), changed: z.int(), deleted: z.int() })
const side = z.object({ kind: z.enum(['created', 'changed', 'deleted']), fields: z.array(z.string()) })
const conflictSchema = z
  .object({
    kind: z.enum(['entity', 'relationship']),
    name: z.string(),
    inFork: side,
    inParent: side,
    bothFields: z.array(z.string()).meta({ description: 'That both changed to different values' }),
  })
  .meta({ id: 'PromotionConflict' })

const promoteAnswer = z
  .object({
    status: z.enum(['applied', 'planned', 'waiting']),
    requestId: z.string(),
    into: z.string(),
    seq: z.int().nullable().meta({ description: 'Of the parent: after it, or of a plan as it is' }),
    events: z.int().nullable(),
    entities: counts,
    relationships: counts,
    componentTypes: z.int().meta({ description: 'That are registered in the parent as well' }),
    conflicts: z.array(conflictSchema).meta({ description: 'The first 100' }),
    conflictCount: z.int(),
    unsettledCount: z.int().meta({ description: 'Of a plan: conflicts that the strategy does not settle' }),
    leftBehind: z
      .object({ settings: z.int(), chronicleEvents: z.int() })
      .meta({ description: 'In the fork: changes of settings, and what was told there' }),
  })
  .meta({ id: 'PromoteAnswer' })

export const promoteRoute = route<ApiContext, typeof worldPath, never, typeof promoteBody>({
  method: 'POST',
  path: '/worlds/{world}/promote',
  operationId: 'promoteFork',
  summary:
    'Brings what a fork changed since its beginning into the world that it was forked of, in one transaction',
  pathSchema: worldPath,
  bodySchema: promoteBody,
  responses: {
    200: { description: 'What was done, or would be', schema: promoteAnswer },
    202: {
      description: 'Accepted: the database is away, it is applied when it is back',
      schema: promoteAnswer,
    },
    409: { description: 'Both changed the same things: conflicts has the first 100' },
    412: { description: 'The parent is at another seq, or was written to meanwhile' },
  },
  handle: async (context, { tenantId, origin, path: { world }, body }) => {
    const made = await withPast(context, tenantId, () => plan(context, tenantId, world, body))
    if ('problem' in made) {
      if (!body.dryRun) await auditRefusal(context, origin, body.into, made)
      throw made.problem
    }
    const { promotion, seq, types, leftBehind } = made
    const answer = {
      ...{ requestId: origin.requestId, into: body.into, leftBehind, componentTypes: types.length },
      ...{ entities: promotion.entities, relationships: promotion.relationships },
      ...{ conflicts: promotion.conflicts.slice(0, 100), conflictCount: promotion.conflicts.length },
      unsettledCount: promotion.unsettled.length,
    }
    if (body.dryRun) return { status: 200, body: { status: 'planned', seq, events: null, ...answer } }
    // sealed data goes as it is: it is the tenant's and the entity's, whatever the world (layers/world/sealing)
    const outcome = await acceptWrite(context, {
      ...{ ...origin, world: body.into, mustExist: true, audit: 'promoteFork' },
      ...(body.expectSeq !== undefined && { expectSeq: body.expectSeq }),
      commands: [...types, ...promotion.commands],
    })
    if (outcome.status === 'refused') throw refused(outcome.refusal)
    if (outcome.status === 'waiting')
      return { status: 202, body: { status: 'waiting', seq: null, events: null, ...answer } }
    return { status: 200, body: { status: 'applied', seq: outcome.seq, events: outcome.events, ...answer } }
  },
})

type Planned =
  | { promotion: Promotion; seq: number; types: Command[]; leftBehind: LeftBehind }
  | { code: string; problem: HttpProblem }

const plan = (
  { forks }: ApiContext,
  tenantId: string,
  name: string,
  { into, strategy, dryRun, expectSeq }: z.output<typeof promoteBody>,
): Promise<Planned> =>
  inTenantTransaction(
    forks.pool,
    tenantId,
    async (client): Promise<Planned> => {
      const fork = await findWorld(client, tenantId, name)
      if (fork === undefined)
        return { code: 'world-not-found', problem: notFound(`there is no world '${name}'`) }
      const parent = await findWorld(client, tenantId, into)
      const fault = faultOf(fork, parent, into)
      if (fault !== undefined) return fault
      if (expectSeq !== undefined && parent!.seq !== expectSeq) return movedOn(into, parent!.seq, expectSeq)
      await reachParts(client, fork, parent!)
      const read = await readPromotion(client, fork, parent!)
      if ('tooMany' in read) return { code: 'too-many', problem: tooMany(name, read.tooMany) }
      const promotion = planPromotion(read.differences, strategy)
      if (promotion.unsettled.length > 0 && !dryRun)
        return { code: 'conflicts', problem: conflictProblem(promotion.unsettled, strategy) }
      const types = read.types.map((definition): Command => ({ kind: 'register-component-type', definition }))
      return { promotion, seq: parent!.seq, types, leftBehind: read.leftBehind }
    },
    oneState,
  )

/** What both were when they parted, and the fork's log since then, which says what it changed. */
const reachParts = async (client: pg.PoolClient, fork: World, parent: World): Promise<void> => {
  const forkSeq = fork.parent!.seq
  const { worldId: baseId } = await worldAt(client, parent, forkSeq)
  await reachSeq(client, baseId, forkSeq, { kinds: ['history'] })
  await reachSeq(client, fork.worldId, { after: forkSeq, to: fork.seq }, { kinds: ['events'] })
}

const faultOf = (fork: World, parent: World | undefined, into: string): Planned | undefined => {
  if (parent === undefined)
    return { code: 'world-not-found', problem: notFound(`there is no world '${into}'`) }
  if (fork.parent?.worldId === parent.worldId) return undefined
  const of = fork.parent === null ? 'is no fork' : `was forked of '${fork.parent.name}'`
  return { code: 'not-its-fork', problem: invalid([{ field: 'into', message: `'${fork.name}' ${of}` }]) }
}

const movedOn = (into: string, seq: number, expected: number): Planned => ({
  code: 'expectation-failed',
  problem: new HttpProblem(
    412,
    'An expectation does not hold',
    `'${into}' is at seq ${seq}, not at ${expected}`,
    {
      errors: [{ field: 'expectSeq', message: `must be ${seq}, the last seq of '${into}'` }],
    },
  ),
})

const tooMany = (name: string, found: number): HttpProblem =>
  new HttpProblem(
    409,
    'Conflict with what there is',
    `'${name}' has changed ${found} entities and relationships; ${promotionLimit} can be promoted at once`,
    { errors: [{ field: 'path.world', message: `must differ by at most ${promotionLimit}` }] },
  )

const conflictProblem = (conflicts: Conflict[], strategy: Strategy): HttpProblem => {
  const first = conflicts.slice(0, 100)
  const detail = `Both worlds changed ${conflicts.length} of the same things since the fork; choose a strategy other than ${strategy}, or change one of them.`
  return new HttpProblem(409, 'Conflict with what there is', detail, {
    errors: first.map(({ kind, name, inFork, inParent, bothFields }) => ({
      field: `${kind} ${name}`,
      message: `${inFork.kind} in the fork, ${inParent.kind} in the parent: ${bothFields.join(', ') || 'as a whole, or other fields'}`,
    })),
    members: { conflicts: first, conflictCount: conflicts.length },
  })
}

/** What is refused before it is written is noted as well. */
const auditRefusal = (
  { readers }: ApiContext,
  origin: RequestOrigin,
  world: string,
  { code, problem }: { code: string; problem: HttpProblem },
) => {
  const { tenantId, requestId, subject } = origin
  const outcome = { status: 'refused', code, detail: problem.message.slice(0, 1_000) }
  return inTenantTransaction(readers, tenantId, (client) =>
    storeAudit(
      client,
      { tenantId, world },
      { auditId: uuidv7(), requestId, subject, action: 'promoteFork', outcome },
    ),
  )
}

/** An expectation of the plan that fails is a write that came between. */
const refused = (refusal: Refusal): HttpProblem =>
  refusal.code === 'expectation-failed'
    ? new HttpProblem(
        412,
        'An expectation does not hold',
        `The parent was written to meanwhile (${refusal.detail}); send it again under another request id.`,
      )
    : refusalProblem(refusal, () => 'into')
