import type pg from 'pg'
import { emptyChronicleSet } from '#chronicle/chronicle-set'
import { forkChronicles } from '#chronicle/fork-chronicle'
import { forkLedger } from '#ledger/postgres/fork-ledger'
import type { ObjectStore } from '#platform/object-store/object-store'
import { inTenantTransaction } from '#platform/postgres/pool'
import { reachPast } from '#retention/recall'
import { tablesOf } from '#retention/sources'
import type { Refusal, WriteOutcome, WriteRequest } from '../commands.ts'
import { append, causeOf } from '../decide-group.ts'
import { loadOutcomes } from '../postgres/load.ts'
import type { StoreTarget } from '../postgres/statement.ts'
import { keptOf, storeRefusals, storeWorkingSet } from '../postgres/store.ts'
import { settingsAt } from '../read/settings-at.ts'
import type { WorldSettings } from '../settings.ts'
import type { WorkingSet } from '../working-set.ts'
import type { DoorbellRinger } from '../write.ts'
import type { CopyBeside } from './copy-beside.ts'
import { copyComponentTypes } from './copy-components.ts'
import type { Counts } from './copy-range.ts'
import { copyState, type ForkHelp } from './copy-state.ts'
import { findForkTick, lockForFork } from './find-fork-tick.ts'
import { type ForkMoment, type ForkSource, findSource, forkRefusal } from './find-source.ts'
import { takeParts } from './fork-parts.ts'
import { insertFork } from './insert-fork.ts'
import { readDefaults } from './read-defaults.ts'
import { beginRequest } from './under-way.ts'

export interface ForkContext {
  /** As orrery_app, with a transaction timeout that leaves time for a world of millions. */
  pool: pg.Pool
  /** For large worlds; default: one connection makes the whole fork. */
  help?: ForkHelp
  doorbell: DoorbellRinger
  /** Where archived commits are; undefined: forks that need some of them are refused. */
  archive: ObjectStore | undefined
  now: () => Date
  /** A new UUIDv7. */
  newId: () => string
}

export interface ForkRequest
  extends Pick<WriteRequest, 'tenantId' | 'requestId' | 'subject' | 'traceparent'> {
  /** Name of the world to fork. */
  source: string
  /** Of the fork. */
  name: string
  /** Operation id of the route, for the audit log. */
  audit: string
  moment: ForkMoment
}

/**
 * Makes a world with the state, the bodies and the ledger that another one had at a seq. There is none of it before one
 * transaction ends; a second one that copied a part of a large state ends just before (`copyBeside`). What came before
 * stays with the parent: its rows are read and nothing of it is locked, so that it goes on meanwhile. The fork's own log
 * begins with `world.forked.v1`. A request whose id is known answers its stored outcome.
 *
 * @throws PastArchived, PastExpired where the source as of then has left the database: nothing was done.
 */
export const forkWorld = async (context: ForkContext, request: ForkRequest): Promise<WriteOutcome> => {
  const { pool, doorbell } = context
  const { outcome, isNew } = await inTenantTransaction(pool, request.tenantId, async (client) => {
    const { tenantId, name: world, requestId } = request
    await beginRequest(client, { tenantId, world, requestId })
    const known = await knownOutcome(client, request)
    const decided = known === undefined ? await decideFork(context, client, request) : { outcome: known }
    if (isMade(decided)) await completeFork(context, client, decided)
    return { isNew: isMade(decided), outcome: decided.outcome }
  })
  if (isNew && outcome.status === 'applied') doorbell.afterCommit(outcome.worldId, outcome.seq)
  return outcome
}

type Applied = Extract<WriteOutcome, { status: 'applied' }>
interface Made {
  outcome: Applied
  beside: CopyBeside | undefined
}
type Decided = { outcome: WriteOutcome } | Made

const isMade = (decided: Decided): decided is Made => 'beside' in decided

/** All that comes before the commit, as near to it as can be. Parts that are there without it are known as such. */
const completeFork = async (
  { doorbell }: ForkContext,
  client: pg.PoolClient,
  { outcome: { worldId }, beside }: Made,
): Promise<void> => {
  try {
    await doorbell.beforeCommit(worldId)
    if (beside === undefined) return
    await beside.commit()
    await takeParts(client, worldId)
  } catch (error) {
    beside?.abandon()
    throw error
  }
}

const copied = [...tablesOf('history'), ...tablesOf('chronicles')]

const knownOutcome = async (
  client: pg.PoolClient,
  { tenantId, name, requestId }: ForkRequest,
): Promise<WriteOutcome | undefined> =>
  (await loadOutcomes(client, tenantId, name, [requestId])).get(requestId)

const decideFork = async (
  context: ForkContext,
  client: pg.PoolClient,
  request: ForkRequest,
): Promise<Decided> => {
  const source = await findSource(client, request.tenantId, request.source, request.moment)
  if ('code' in source) return refuse(context, client, request, source)
  await lockForFork(client, source.worldId)
  // with the lock: what is there stays there until the fork is made
  await reachPast(client, source.worldId, { sources: copied, at: source.atSeq })
  const settings = await settingsAt(client, source.worldId, source.atSeq, source.settings)
  const tick = await findForkTick(client, source)
  const target = { worldId: context.newId(), tenantId: request.tenantId, world: request.name }
  const at = laterOf(context.now(), source.lastOccurredAt)
  await client.query('SAVEPOINT no_fork')
  if (!(await insertFork(client, target, { source, settings, tick, at }))) {
    // whoever made it may have been this very request, sent as a write
    const known = await knownOutcome(client, request)
    const detail = `there is a world '${request.name}' already`
    return known === undefined
      ? refuse(context, client, request, forkRefusal('world-exists', detail))
      : { outcome: known }
  }
  const ledgerMoment = { ...source, tick, settings: settings.ledger }
  if (!(await forkLedger(client, target, ledgerMoment, context.archive))) {
    await client.query('ROLLBACK TO SAVEPOINT no_fork')
    const detail = `entries of commits of '${request.source}' up to seq ${source.atSeq} are in the archive, which cannot be read here`
    return refuse(context, client, request, forkRefusal('entries-archived', detail))
  }
  const copying = {
    ...{ target, source, settings, tick },
    types: await copyComponentTypes(client, target, source),
    defaults: await readDefaults(client, source, settings.physics),
  }
  const { beside, ...counts } = await copyState(client, copying, context.help)
  try {
    await forkChronicles(client, target, source)
    return {
      outcome: await beginLog(context, client, request, { target, source, settings, counts, at }),
      beside,
    }
  } catch (error) {
    beside?.abandon()
    throw error
  }
}

interface Begun {
  target: StoreTarget
  source: ForkSource
  settings: WorldSettings
  counts: Counts
  at: Date
}

/** Writes the fork's first event, and with it the world's counts, the outcome and the audit entry. */
const beginLog = async (
  { newId }: ForkContext,
  client: pg.PoolClient,
  request: ForkRequest,
  { target, source, settings, counts, at }: Begun,
): Promise<Applied> => {
  const set = workingSet(source, settings, counts)
  const { worldId, world } = target
  append(
    set,
    {
      type: 'world.forked.v1',
      entityId: null,
      data: { name: world, parentWorldId: source.worldId, forkSeq: source.atSeq, settings },
    },
    causeOf(asWrite(request)),
    { worldId, occurredAt: at, newId },
  )
  const outcome: Applied = { status: 'applied', worldId, seq: set.seq, events: 1, snapshotId: null }
  const outcomes = new Map<string, WriteOutcome>([[request.requestId, outcome]])
  await storeWorkingSet(client, target, set, keptOf([asWrite(request)], outcomes, newId))
  return outcome
}

/** A refusal is an outcome too, kept under the request's id and audited. */
const refuse = async (
  { newId }: ForkContext,
  client: pg.PoolClient,
  request: ForkRequest,
  refusal: Refusal,
): Promise<Decided> => {
  const outcome: WriteOutcome = { status: 'refused', refusal }
  const outcomes = new Map([[request.requestId, outcome]])
  const write = asWrite(request)
  await storeRefusals(client, write, keptOf([write], outcomes, newId))
  return { outcome }
}

const asWrite = ({ source: _, moment: __, name, ...origin }: ForkRequest): WriteRequest => ({
  ...origin,
  world: name,
  commands: [],
})

const workingSet = (
  { atSeq, hasRamps }: ForkSource,
  settings: WorkingSet['settings'],
  counts: Counts,
): WorkingSet => ({
  ...{ seq: atSeq, settings },
  ...{ entities: new Map(), relationships: new Map(), parents: new Map(), events: [] },
  ...{ componentTypes: new Map(), crowdedTypes: new Set(), supersededTypes: [] },
  chronicle: emptyChronicleSet(),
  ...{ supersededEntities: [], supersededComponents: [], supersededRelationships: [] },
  ...{ createdBodies: new Map(), snapshots: [], undo: [] },
  // the rows of its bodies are as of its first seq
  firstBodyChangeSeq: null,
  // which ramps were under way then nobody knows before its bodies are there: its holder says when all have ended
  rampSeq: hasRamps ? atSeq + 1 : null,
  updatesSinceSnapshot: 0,
  entityCount: counts.entities,
  relationshipCount: counts.relationships,
  activeBodies: counts.activeBodies,
})

const laterOf = (a: Date, b: Date): Date => (b > a ? b : a)
