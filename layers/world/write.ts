import type pg from 'pg'
import { changesStory, isOfEntities } from '#chronicle/changes-story'
import { loadChronicle } from '#chronicle/postgres/load-chronicle'
import { prepared } from '#platform/postgres/pool'
import type { Metrics } from '#platform/telemetry/metrics'
import type { Command, WriteOutcome, WriteRequest } from './commands.ts'
import { append, causeOf, type DecisionContext, decideRequest } from './decide-group.ts'
import type { WorldEvent } from './event.ts'
import { loadOutcomes, loadTouched, touchedBy, touchHolders } from './postgres/load.ts'
import { createWorld, type LockedWorld, lockWorld } from './postgres/lock-world.ts'
import { keptOf, storeRefusals, storeWorkingSet } from './postgres/store.ts'
import { defaultWorldSettings } from './settings.ts'
import { reminderMinutes, type SnapshotReminder } from './snapshot-reminder.ts'
import type { WorkingSet } from './working-set.ts'

/** Rings for a world: see layers/relay/doorbell.ts. */
export interface DoorbellRinger {
  /** Before the commit: a delayed ring that comes after the transaction can no longer end. Never rejects. */
  beforeCommit(worldId: string): Promise<void>
  /** After the commit, without making the writer wait. */
  afterCommit(worldId: string, seq: number): void
}

export interface WriteContext {
  /** As orrery_app; its connections should pipeline. */
  pool: pg.Pool
  doorbell: DoorbellRinger
  now: () => Date
  /** A new UUIDv7. */
  newId: () => string
  /** Default: no scene snapshots by time. */
  snapshots?: SnapshotReminder | undefined
  /** Told of what was committed before whoever wrote it is; never rejects. Default: nobody is. */
  committed?:
    | ((world: { tenantId: string; worldId: string }, events: WorldEvent[]) => Promise<void>)
    | undefined
  /** Rung for what changes what chronicles come to, or is to be told in one; default: nobody projects them, or a sweep finds it. */
  chronicle?: DoorbellRinger | undefined
  /** Counts the events of each commit; default: nothing does. */
  metrics?: Metrics | undefined
}

/**
 * Applies the requests, all of one tenant and one world, in one transaction (I1, I2): locks the world, reads
 * what they touch, decides each in turn, writes state, history, events, outcomes and the advanced seq. A
 * refused request changes nothing and does not disturb the others; a request whose id is known answers its
 * stored outcome. Request ids must be distinct. Answers an outcome for each request, in order.
 */
export const writeGroup = async (
  context: WriteContext,
  requests: WriteRequest[],
): Promise<WriteOutcome[]> => {
  const { tenantId, world } = requests[0]!
  const client = await context.pool.connect()
  let broken: Error | boolean = false
  try {
    // the connection pipelines: the lock is requested before the answer to BEGIN is in
    const [, , locked, known] = await Promise.all([
      client.query('BEGIN'),
      client.query(prepared(`SELECT set_config('orrery.tenant', $1, true)`, [tenantId])),
      lockWorld(client, tenantId, world),
      loadOutcomes(
        client,
        tenantId,
        world,
        requests.map(({ requestId }) => requestId),
      ),
    ])
    const fresh = requests.filter(({ requestId }) => !known.has(requestId))
    if (fresh.length > 0) {
      const made = await decideAndStore(context, client, locked, fresh)
      if (made === 'again') {
        await client.query('ROLLBACK')
        return writeGroup(context, requests)
      }
      await finish(context, client, made)
      for (const [requestId, outcome] of made.outcomes) known.set(requestId, outcome)
    } else await client.query('ROLLBACK')
    return requests.map(({ requestId }) => known.get(requestId)!)
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}

interface Made {
  worldId: string
  seq: number
  /** How many it made. */
  events: number
  /** Whether they change what chronicles come to, or are to be told in one. */
  tells?: boolean
  /** In how many minutes a scene snapshot by time is due, where nobody has been reminded of it yet. */
  snapshotInMinutes?: number | undefined
  /** Whether it cut a scene snapshot that a dataset wants. */
  feedsDatasets?: boolean
  outcomes: Map<string, WriteOutcome>
  stored: Promise<void>
  /** Tells of the events, after the commit. */
  committed?: () => Promise<void> | undefined
}

const decideAndStore = async (
  context: WriteContext,
  client: pg.PoolClient,
  locked: LockedWorld | undefined,
  requests: WriteRequest[],
): Promise<Made | 'again'> => {
  const { tenantId, world } = requests[0]!
  const at = laterOf(context.now(), locked?.lastOccurredAt)
  const kept = (outcomes: Map<string, WriteOutcome>) => keptOf(requests, outcomes, context.newId)
  const opened = locked ? { world: locked, created: false } : await openWorld(context, client, requests, at)
  if (opened === undefined) {
    const outcomes = new Map(requests.map((request) => [request.requestId, worldNotFound(request)]))
    return {
      worldId: '',
      seq: 0,
      events: 0,
      outcomes,
      stored: storeRefusals(client, requests[0]!, kept(outcomes)),
    }
  }
  // somebody else made the world in this moment: what they applied has yet to be read under its lock
  if (locked === undefined && !opened.created) return 'again'
  const { worldId } = opened.world
  const decision: DecisionContext = {
    worldId,
    occurredAt: laterOf(at, opened.world.lastOccurredAt),
    newId: context.newId,
  }
  const set = await loadWorkingSet(client, opened.world, requests)
  if (opened.created) appendWorldCreated(set, requests[0]!, decision)
  const outcomes = new Map(
    requests.map((request) => [request.requestId, decideRequest(set, request, decision)]),
  )

  if (opened.created && [...outcomes.values()].every(({ status }) => status === 'refused')) {
    await client.query('ROLLBACK TO SAVEPOINT no_world')
    return {
      worldId: '',
      seq: 0,
      events: 0,
      outcomes,
      stored: storeRefusals(client, requests[0]!, kept(outcomes)),
    }
  }
  const stored = storeWorkingSet(client, { tenantId, world, worldId }, set, kept(outcomes))
  const snapshotInMinutes = reminderMinutes(opened.world, set)
  const feedsDatasets = opened.world.followed && set.snapshots.length > 0
  const committed = () => context.committed?.({ tenantId, worldId }, set.events)
  const { publishEntityEvents } = set.settings.chronicle
  const tells = set.events.some(
    (event) => changesStory(event) || (publishEntityEvents && isOfEntities(event)),
  )
  return {
    ...{
      worldId,
      seq: set.seq,
      events: set.events.length,
      tells,
      snapshotInMinutes,
      feedsDatasets,
      outcomes,
    },
    ...{ stored, committed },
  }
}

/** Sends the statements, the delayed doorbell and then COMMIT; rings at once when it is through. */
const finish = async (context: WriteContext, client: pg.PoolClient, made: Made): Promise<void> => {
  const { doorbell, snapshots, metrics } = context
  const chronicle = made.tells ? context.chronicle : undefined
  const bell = made.events > 0 ? doorbell.beforeCommit(made.worldId) : Promise.resolve()
  await Promise.all([made.stored, bell, chronicle?.beforeCommit(made.worldId)])
  const { command } = await client.query('COMMIT')
  if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`)
  if (made.feedsDatasets) snapshots?.ringDatasets(made.worldId)
  if (made.events === 0) return
  await made.committed?.()
  doorbell.afterCommit(made.worldId, made.seq)
  chronicle?.afterCommit(made.worldId, made.seq)
  metrics?.count('orrery_ingest_events_total', made.events)
  if (made.snapshotInMinutes !== undefined) snapshots?.remind(made.worldId, made.snapshotInMinutes)
}

/** The first write of a world makes it, unless every request insists that it exists. */
const openWorld = async (
  { newId }: WriteContext,
  client: pg.PoolClient,
  requests: WriteRequest[],
  at: Date,
): Promise<{ world: LockedWorld; created: boolean } | undefined> => {
  const maker = requests.find(({ mustExist }) => !mustExist)
  if (maker === undefined) return undefined
  await client.query('SAVEPOINT no_world')
  return createWorld(client, {
    worldId: newId(),
    tenantId: maker.tenantId,
    name: maker.world,
    settings: defaultWorldSettings,
    at,
  })
}

const loadWorkingSet = async (
  client: pg.PoolClient,
  world: LockedWorld,
  requests: WriteRequest[],
): Promise<WorkingSet> => {
  const { worldId } = world
  const touched = touchedBy(commandsOf(requests))
  const crowdedTypes = await touchHolders(client, worldId, touched)
  const [[entities, relationships, parents, componentTypes], chronicle] = await Promise.all([
    loadTouched(client, worldId, touched),
    loadChronicle(client, worldId, commandsOf(requests)),
  ])
  return {
    seq: world.seq,
    settings: world.settings,
    entities,
    relationships,
    parents,
    componentTypes,
    crowdedTypes,
    chronicle,
    events: [],
    supersededEntities: [],
    supersededComponents: [],
    supersededRelationships: [],
    supersededTypes: [],
    createdBodies: new Map(),
    firstBodyChangeSeq: world.firstBodyChangeSeq,
    snapshots: [],
    updatesSinceSnapshot: world.updatesSinceSnapshot,
    entityCount: world.entityCount,
    relationshipCount: world.relationshipCount,
    activeBodies: world.activeBodies,
    rampSeq: null,
    undo: [],
  }
}

function* commandsOf(requests: WriteRequest[]): Iterable<Command> {
  for (const { commands } of requests) yield* commands
}

const appendWorldCreated = (set: WorkingSet, request: WriteRequest, decision: DecisionContext): void =>
  append(
    set,
    {
      type: 'world.created.v1',
      entityId: null,
      data: { name: request.world, settings: defaultWorldSettings },
    },
    // it follows from the request, but it is not what the command says
    causeOf({ ...request, command: undefined }),
    decision,
  )

const worldNotFound = ({ world }: WriteRequest): WriteOutcome => ({
  status: 'refused',
  refusal: {
    code: 'world-not-found',
    detail: `there is no world '${world}'`,
    commandIndex: 0,
    data: { world },
  },
})

const laterOf = (a: Date, b: Date | undefined): Date => (b !== undefined && b > a ? b : a)
