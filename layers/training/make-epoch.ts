import type pg from 'pg'
import { inTenantTransaction } from '#platform/postgres/pool'
import { reachPast } from '#retention/recall'
import { tablesOf } from '#retention/sources'
import { readAncestors } from '#world/read/ancestors'
import { listSnapshots, readMetadata, type SceneSnapshot } from '#world/read/snapshots'
import type { World } from '#world/read/worlds'
import { groupAdjacent, unionOfSnapshots } from './adjacent.ts'
import { type Epoch, type EpochFilters, type PinnedSnapshot, snapshotLimit } from './epoch.ts'
import type { Read } from './plan.ts'
import { countSamples } from './postgres/count-samples.ts'
import { insertEpoch, type NewEpoch } from './postgres/insert-epoch.ts'
import { pinSnapshots } from './postgres/pin-snapshots.ts'
import { epochsOfRequest, markConsolidated, openEpochs } from './postgres/read-epochs.ts'
import type { TrainingSettings } from './settings.ts'
import { statisticsOf } from './statistics.ts'

export interface EpochContext {
  /** As orrery_app, for what is short. */
  pool: pg.Pool
  /** For what may take minutes, and no writer waits for. */
  slow: pg.Pool
  read: Read
  /** Brings scene snapshots of a log back that are in the archive. */
  recallSnapshots: (worldId: string) => Promise<void>
  /** A new UUIDv7. */
  newId: () => string
}

export interface EpochRequest {
  tenantId: string
  requestId: string
  world: World
  startTime: Date
  endTime: Date
  filters: EpochFilters
  training: TrainingSettings
}

/** More scene snapshots, or epochs, than one request may take together. */
export class TooManySnapshots extends Error {
  readonly code = 'too-many-snapshots'
}

/** Epochs that a consolidation would merge were merged by another one meanwhile. */
export class EpochsChanged extends Error {
  readonly code = 'epochs-changed'
}

const oneState = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

/**
 * Makes an epoch of the world's scene snapshots in the time range, ends included; a request that has made one gets that one.
 * Nothing is locked while samples are counted.
 *
 * @throws TooManySnapshots, PastExpired, PastTooLarge, and what PostgreSQL throws.
 */
export const makeEpoch = async (context: EpochContext, request: EpochRequest): Promise<Epoch> => {
  const { tenantId, requestId, world } = request
  const known = await inTenantTransaction(context.pool, tenantId, (client) =>
    epochsOfRequest(client, world.worldId, requestId),
  )
  if (known[0] !== undefined) return known[0]
  const snapshots = await chooseSnapshots(context, request)
  const counted = await countPinned(context, tenantId, snapshots, request.training)
  return inTenantTransaction(context.pool, tenantId, async (client) => {
    await pinSnapshots(client, snapshots)
    const made = await insertEpoch(client, { ...newEpoch(context, request, 0), snapshots, ...counted })
    return made ?? (await epochsOfRequest(client, world.worldId, requestId))[0]!
  })
}

type Made = Omit<NewEpoch, 'snapshots' | 'sampleCount' | 'qualityScore' | 'statistics'>

const newEpoch = ({ newId }: EpochContext, request: EpochRequest, requestPart: number): Made => {
  const { tenantId, requestId, world, startTime, endTime, filters, training } = request
  const { worldId } = world
  return {
    epochId: newId(),
    worldId,
    tenantId,
    requestId,
    requestPart,
    startTime,
    endTime,
    filters,
    training,
  }
}

const countPinned = async (
  { slow, read }: EpochContext,
  tenantId: string,
  snapshots: readonly PinnedSnapshot[],
  { cellSizeUnits }: TrainingSettings,
) => {
  // what comes back stays for an hour, which is longer than a transaction
  for (const snapshot of snapshots) await read(snapshot, async () => {})
  const count = async (client: pg.PoolClient) => {
    for (const { worldId, seq } of snapshots)
      await reachPast(client, worldId, { sources: tablesOf('history'), at: seq })
    return countSamples(client, snapshots, cellSizeUnits)
  }
  return statisticsOf(await inTenantTransaction(slow, tenantId, count, oneState))
}

const chooseSnapshots = async (context: EpochContext, request: EpochRequest): Promise<PinnedSnapshot[]> => {
  const { tenantId, world, startTime: from, endTime: to, filters } = request
  const ancestors = await inTenantTransaction(context.pool, tenantId, (client) =>
    readAncestors(client, world.worldId),
  )
  for (const { worldId } of [world, ...ancestors]) await context.recallSnapshots(worldId)
  const found = await inTenantTransaction(context.pool, tenantId, (client) =>
    listSnapshots(client, world.worldId, { from, to }, snapshotLimit + 1),
  )
  if (found.length > snapshotLimit)
    throw new TooManySnapshots(`there are more than ${snapshotLimit} scene snapshots in the range`)
  const kept: PinnedSnapshot[] = []
  for (const snapshot of found.reverse())
    if (await passes(context.read, snapshot, filters)) kept.push(pinned(snapshot))
  return kept
}

const pinned = ({ snapshotId, worldId, seq, createdAt }: SceneSnapshot): PinnedSnapshot => ({
  ...{ snapshotId, worldId, seq, createdAt },
})

/** Reads the metadata only where a filter asks; what is computed for it is kept, so that a request sent again goes on. */
export const passes = async (
  read: Read,
  snapshot: SceneSnapshot,
  { min_quality = 0, min_entities = 0, min_connections = 0 }: EpochFilters,
): Promise<boolean> => {
  if (min_quality === 0 && min_entities === 0 && min_connections === 0) return true
  const scene = await read(snapshot, (client) => readMetadata(client, snapshot))
  return (
    scene.quality_score >= min_quality &&
    scene.entity_count >= min_entities &&
    scene.connection_count >= min_connections
  )
}

export interface ConsolidateRequest {
  tenantId: string
  requestId: string
  world: World
  from?: Date | undefined
  to?: Date | undefined
}

const epochLimit = 1_000

/**
 * Merges each group of adjacent epochs (`groupAdjacent`) into a new one. Those that were merged stay, marked, since datasets
 * may be made of them. Answers the new ones; a request that has made some gets these.
 *
 * @throws TooManySnapshots, EpochsChanged, and what PostgreSQL throws.
 */
export const consolidateEpochs = async (
  context: EpochContext,
  request: ConsolidateRequest,
): Promise<Epoch[]> => {
  const { tenantId, requestId, world, from, to } = request
  const [known, open] = await inTenantTransaction(context.pool, tenantId, async (client) => [
    await epochsOfRequest(client, world.worldId, requestId),
    await openEpochs(client, world.worldId, { from, to }, epochLimit + 1),
  ])
  if (known.length > 0) return known
  if (open.length > epochLimit)
    throw new TooManySnapshots(`there are more than ${epochLimit} epochs in the range`)
  const merges: { made: NewEpoch; members: Epoch[] }[] = []
  for (const members of groupAdjacent(open).filter((group) => group.length > 1))
    merges.push({ made: await merge(context, request, members, merges.length), members })
  return inTenantTransaction(context.pool, tenantId, (client) => storeMerges(client, world.worldId, merges))
}

const merge = async (
  context: EpochContext,
  { tenantId, requestId, world }: ConsolidateRequest,
  members: Epoch[],
  part: number,
): Promise<NewEpoch> => {
  const snapshots = unionOfSnapshots(members)
  if (snapshots.length > snapshotLimit)
    throw new TooManySnapshots(`adjacent epochs have more than ${snapshotLimit} scene snapshots together`)
  const { filters, training, startTime } = members[0]!
  const endTime = new Date(Math.max(...members.map((member) => member.endTime.getTime())))
  const request = { tenantId, requestId, world, startTime, endTime, filters, training }
  const counted = await countPinned(context, tenantId, snapshots, training)
  return { ...newEpoch(context, request, part), snapshots, ...counted }
}

const storeMerges = async (
  client: pg.PoolClient,
  worldId: string,
  merges: { made: NewEpoch; members: Epoch[] }[],
): Promise<Epoch[]> => {
  const stored: Epoch[] = []
  for (const { made, members } of merges) {
    await pinSnapshots(client, made.snapshots)
    const epoch = await insertEpoch(client, made)
    const ids = members.map(({ epochId }) => epochId)
    const marked = epoch === undefined ? 0 : await markConsolidated(client, worldId, ids, made.epochId)
    if (epoch === undefined || marked !== ids.length)
      throw new EpochsChanged('the epochs were merged by another request meanwhile')
    stored.push(epoch)
  }
  return stored
}
