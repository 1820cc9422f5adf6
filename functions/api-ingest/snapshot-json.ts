import type pg from 'pg'
import { inTenantTransaction } from '#platform/postgres/pool'
import { type EntityRecord, listEntities } from '#world/read/entities'
import { readHierarchy } from '#world/read/hierarchy'
import { listRelationships, type RelationshipRecord } from '#world/read/relationships'
import type { SceneSnapshot } from '#world/read/snapshots'
import type { SceneMetadata } from '#world/scene-metadata'
import { type ApiContext, oneState } from '../api-context.ts'
import { reachSeq, withPast } from '../past.ts'
import { fromEntity, fromRelationship } from './engine.ts'

/** A snapshot with everything that its list entry needs. */
export interface ReadSnapshot {
  tenantId: string
  spaceName: string
  snapshot: SceneSnapshot
  metadata: SceneMetadata
}

export const snapshotSummary = ({ spaceName, snapshot, metadata }: ReadSnapshot) => ({
  id: snapshot.snapshotId,
  space_name: spaceName,
  timestamp: snapshot.createdAt.toISOString(),
  seq: snapshot.seq,
  metadata,
})

const pageRows = 1_000

/**
 * The full snapshot as pieces of one JSON object. History does not change, so each page is its own short
 * transaction at the snapshot's seq, and a world of any size is never in memory whole, but for its hierarchy.
 */
export async function* snapshotJson(context: ApiContext, read: ReadSnapshot): AsyncGenerator<string> {
  yield `${JSON.stringify(snapshotSummary(read)).slice(0, -1)},"entities":[`
  yield* joined(entityPages(context, read), (entity) => JSON.stringify(fromEntity(entity)))
  yield '],"connections":['
  yield* joined(relationshipPages(context, read), (relationship) =>
    JSON.stringify(fromRelationship(relationship)),
  )
  yield '],"hierarchy":'
  yield JSON.stringify(await hierarchyOf(context, read))
  yield ',"parameters":{'
  yield* joined(entityPages(context, read), ({ id, parameters }) =>
    Object.keys(parameters).length === 0 ? undefined : `${JSON.stringify(id)}:${JSON.stringify(parameters)}`,
  )
  yield '}}'
}

/** A JSON array of full snapshots. */
export async function* snapshotsJson(context: ApiContext, reads: ReadSnapshot[]): AsyncGenerator<string> {
  yield '['
  for (const [index, read] of reads.entries()) {
    if (index > 0) yield ','
    yield* snapshotJson(context, read)
  }
  yield ']'
}

/** One piece a page: the items as text, separated by commas; `undefined` items are left out. */
async function* joined<T>(
  pages: AsyncIterable<T[]>,
  textOf: (item: T) => string | undefined,
): AsyncGenerator<string> {
  let isFirst = true
  for await (const page of pages) {
    const texts = page.map(textOf).filter((text) => text !== undefined)
    if (texts.length === 0) continue
    yield isFirst ? texts.join(',') : `,${texts.join(',')}`
    isFirst = false
  }
}

/** A page of what there was at the snapshot's seq, brought back from the archive where it has gone there meanwhile. */
const readThen = <T>(
  context: ApiContext,
  { tenantId, snapshot }: ReadSnapshot,
  read: (client: pg.PoolClient) => Promise<T>,
): Promise<T> =>
  withPast(context, tenantId, () =>
    inTenantTransaction(
      context.readers,
      tenantId,
      async (client) => {
        await reachSeq(client, snapshot.worldId, snapshot.seq, { kinds: ['history'] })
        return read(client)
      },
      oneState,
    ),
  )

async function* entityPages(context: ApiContext, read: ReadSnapshot): AsyncGenerator<EntityRecord[]> {
  let after = ''
  for (;;) {
    const { snapshot } = read
    const page = await readThen(context, read, (client) =>
      listEntities(client, snapshot.worldId, {}, snapshot.seq, after, pageRows),
    )
    yield page
    if (page.length < pageRows) return
    after = page.at(-1)!.id
  }
}

async function* relationshipPages(
  context: ApiContext,
  read: ReadSnapshot,
): AsyncGenerator<RelationshipRecord[]> {
  let after = { sourceId: '', targetId: '', type: '' }
  for (;;) {
    const { snapshot } = read
    const page = await readThen(context, read, (client) =>
      listRelationships(client, snapshot.worldId, {}, snapshot.seq, after, pageRows),
    )
    yield page
    if (page.length < pageRows) return
    after = page.at(-1)!
  }
}

const hierarchyOf = async (context: ApiContext, read: ReadSnapshot) => {
  const { worldId, seq } = read.snapshot
  const hierarchy = await readThen(context, read, (client) => readHierarchy(client, worldId, seq))
  return {
    roots: hierarchy.roots,
    parent_map: Object.fromEntries(hierarchy.parents),
    children_map: Object.fromEntries(hierarchy.children),
    depth_map: Object.fromEntries(hierarchy.depths),
  }
}
