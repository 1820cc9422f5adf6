import type pg from 'pg'
import type { ObjectStore } from '#platform/object-store/object-store'
import { beginWithin, inTransaction } from '#platform/postgres/pool'
import type { JsonObject } from '#world/event'
import { noHash } from '../commit.ts'
import type { WorldKey } from '../postgres/append-segment.ts'
import { ledgerAncestors } from '../postgres/ledger-ancestors.ts'
import { readStrayEvent } from '../postgres/read-links.ts'
import { type LayerRow, readLayer } from '../postgres/windows.ts'
import { type LayerName, layerNames } from '../settings.ts'
import { type BrokenLink, LedgerBroken } from './broken-link.ts'
import { type CheckedChains, type VerifyContext, verifyChains } from './verify-chains.ts'
import { verifyGamma } from './verify-gamma.ts'
import { verifyManifests } from './verify-manifests.ts'
import { verifySums } from './verify-sums.ts'

/** What was looked at of a layer, and holds. */
export interface VerifiedLayer extends CheckedChains {
  layer: LayerName
  manifests: number
  /** Of gamma. */
  cells: number
}

export interface VerifiedWorld {
  layers: VerifiedLayer[]
  /** The first that does not hold: nothing behind it was looked at. */
  broken: BrokenLink | undefined
}

export interface VerifySource {
  /** As orrery_background. */
  pool: pg.Pool
  objects: ObjectStore
  /** How long it may take, whatever the pool's limit is; default: as the pool has it. */
  withinMs?: number
}

/**
 * Verifies the ledger of a world as it stands in one moment: each commit of each chain against its hash, the commit before it, its
 * event and all columns that repeat what is hashed, entries out of the archive too; manifests against the heads of their
 * windows; layers against the one below; gamma against the sums of all entries. Memory is bounded by the largest commit, an
 * archived batch and 100,000 cells. Reads only.
 *
 * @param layers the only ones that are looked at; default: all.
 * @throws what the database or the store throws.
 */
export const verifyWorld = (
  { pool, objects, withinMs }: VerifySource,
  world: WorldKey,
  layers: readonly LayerName[] = layerNames,
  onCommits: (count: number) => void = () => {},
): Promise<VerifiedWorld> =>
  inTransaction(
    pool,
    async (client) => {
      const ancestors = await ledgerAncestors(client, world.worldId)
      const lineage = [world.worldId, ...ancestors.map(({ worldId }) => worldId)]
      const context = { client, objects, lineage }
      const verified: VerifiedWorld = { layers: [], broken: undefined }
      try {
        for (const layer of layerNames.filter((name) => layers.includes(name))) {
          const one = await verifyLayer(context, world, layer, onCommits)
          if (one !== undefined) verified.layers.push(one)
        }
        await checkEvents(context, world)
      } catch (error) {
        if (!(error instanceof LedgerBroken)) throw error
        verified.broken = error.link
      }
      return verified
    },
    withinMs === undefined ? begin : beginWithin(withinMs, begin),
  )

const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

/** undefined where the world has nothing of the layer. */
const verifyLayer = async (
  context: VerifyContext,
  world: WorldKey,
  layer: LayerName,
  onCommits: (count: number) => void,
): Promise<VerifiedLayer | undefined> => {
  const key = { ...world, layer }
  const chains = await verifyChains(context, key, onCommits)
  const row = await readLayer(context.client, world.worldId, layer)
  // commits come before the row: a window that has not ended yet
  const manifests = await verifyManifests(context, key, row ?? notOpened(layer))
  if (row !== undefined) await verifySums(context, key, row)
  const cells = await verifyGamma(context, key)
  return row === undefined && chains.commits === 0 ? undefined : { layer, ...chains, manifests, cells }
}

const checkEvents = async ({ client }: VerifyContext, { worldId }: WorldKey): Promise<void> => {
  const stray = await readStrayEvent(client, worldId)
  if (stray === undefined) return
  const { seq, commitId, layer, shard } = stray
  throw new LedgerBroken({
    ...{ layer: layer ?? '?', ...(shard !== null && { shard }), ...(commitId !== null && { commitId }) },
    what: `event ${seq} says that it was committed, and it is not there`,
  })
}

const notOpened = (layer: LayerName): LayerRow => ({
  ...{ layer, source: null, closedTo: 0, manifest: 0, hash: noHash },
  ...{ takenManifest: 0, fedTo: 0, pluginManifest: 0 },
})

/** The same as a job's result. */
export const verifyAsJob = async (
  source: VerifySource,
  world: WorldKey,
  layer: LayerName | undefined,
): Promise<JsonObject> => {
  const { layers, broken } = await verifyWorld(source, world, layer === undefined ? layerNames : [layer])
  return {
    holds: broken === undefined,
    layers: layers.map((one): JsonObject => ({ ...one })),
    ...(broken !== undefined && { broken: { ...broken } }),
  }
}
