import type pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { ringHousekeeping } from '#ledger/archivist/housekeeping-bell'
import { ringShards, type ShardWork } from '#ledger/shard-bell'
import { type HttpProblem, notFound } from '#platform/http/problem'
import type { RequestOrigin } from '#platform/http/route'
import { inTenantTransaction } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import { storeAudit } from '#world/postgres/store-audit'
import { findWorld, type World } from '#world/read/worlds'
import type { ApiContext } from '../api-context.ts'

/** What an action came to: something for the answer and the audit log, or why it was refused. */
export type ActionOutcome<T> =
  | { status: 'applied' | 'requested'; audit: JsonObject; answer: T }
  /** The request was sent before: nothing was done, and what was is noted. */
  | { status: 'repeated'; answer: T }
  | { status: 'refused'; code: string; problem: HttpProblem }

/**
 * An administrator's action on a world, in one transaction with its entry in the audit log; what is refused is noted there too.
 *
 * @param action operation id of the route.
 * @throws HttpProblem 404 where there is no such world, and the problem of a refusal.
 */
export const administer = async <T>(
  { readers }: ApiContext,
  { tenantId, requestId, subject }: RequestOrigin,
  name: string,
  action: string,
  act: (client: pg.PoolClient, world: World) => Promise<ActionOutcome<T>>,
): Promise<T> => {
  const outcome = await inTenantTransaction(readers, tenantId, async (client): Promise<ActionOutcome<T>> => {
    const world = await findWorld(client, tenantId, name)
    const outcome = world === undefined ? noWorld(name) : await act(client, world)
    const entry = { auditId: uuidv7(), requestId, subject, action }
    if (outcome.status !== 'repeated')
      await storeAudit(client, { tenantId, world: name }, { ...entry, outcome: auditOf(outcome) })
    return outcome
  })
  if (outcome.status === 'refused') throw outcome.problem
  return outcome.answer
}

const noWorld = (name: string): ActionOutcome<never> => ({
  ...{ status: 'refused', code: 'world-not-found' },
  problem: notFound(`there is no world '${name}'`),
})

type Audited = Exclude<ActionOutcome<unknown>, { status: 'repeated' }>

const auditOf = (outcome: Audited): JsonObject => {
  if (outcome.status === 'refused')
    return { status: 'refused', code: outcome.code, detail: outcome.problem.message }
  return { status: outcome.status, ...outcome.audit }
}

/** Rings for shards once what they are to find is committed; where nobody can be rung for, the sweep of the engines does it. */
export const ringFor = async (
  { ledger }: ApiContext,
  works: readonly ShardWork[],
  reason: string,
): Promise<void> => {
  if (ledger !== undefined) await ringShards(ledger.queue, works, reason)
}

/** Rings for whoever does the jobs. That it fails does no harm: the sweep rings too. */
export const ringHousekeeper = async ({ ledger }: ApiContext): Promise<void> => {
  if (ledger !== undefined) await ringHousekeeping(ledger.queue, 'now').catch(() => {})
}
