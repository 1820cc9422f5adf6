import type pg from 'pg'
import { readSeqAt } from '../query/moment.ts'
import { listSnapshots, readMetadata } from '../read/snapshots.ts'
import { countDangling, type World } from '../read/worlds.ts'

/** Larger worlds are not looked through for a figure that is asked for every few seconds. */
const countedEntities = 20_000
const countedRelationships = 100_000

/** Events that the log got of late, and when it got its last one. */
export const readIngest = async (client: pg.ClientBase, world: World, now: Date) => {
  const from = world.parent?.seq ?? 0
  const since = (ms: number) =>
    readSeqAt(client, world.worldId, new Date(now.getTime() - ms), from, world.seq)
  const minute = world.seq - (await since(60_000))
  const hour = world.seq - (await since(3_600_000))
  return { eventsLastMinute: minute, eventsLastHour: hour, lastEventAt: world.updatedAt }
}

export interface SpaceHealth {
  /** null: the world has no scene snapshot. */
  snapshot: {
    snapshotId: string
    seq: number
    createdAt: string
    ageMs: number
    /** 0 to 1; null: nobody has computed it, and the world is large. */
    qualityScore: number | null
  } | null
  /** null: the world has too many relationships to be counted each time. */
  danglingRelationships: number | null
}

/** The last snapshot with its quality, and relationships with an end that does not exist. */
export const readSpaceHealth = async (
  client: pg.ClientBase,
  world: World,
  now: Date,
): Promise<SpaceHealth> => {
  const [last] = await listSnapshots(client, world.worldId, {}, 1)
  const isSmall = world.entityCount <= countedEntities && world.relationshipCount <= countedRelationships
  const metadata =
    last === undefined ? null : (last.metadata ?? (isSmall ? await readMetadata(client, last) : null))
  return {
    snapshot:
      last === undefined
        ? null
        : {
            ...{ snapshotId: last.snapshotId, seq: last.seq, createdAt: last.createdAt.toISOString() },
            ageMs: Math.max(0, now.getTime() - last.createdAt.getTime()),
            qualityScore: metadata?.quality_score ?? null,
          },
    danglingRelationships:
      world.relationshipCount <= countedRelationships ? await countDangling(client, world.worldId) : null,
  }
}

export interface TickHealth {
  /** Whether a physics service holds the world now. */
  held: boolean
  tick: number | null
  /** The last tick had taken up the log up to this seq. */
  toSeq: number | null
}

const ticksText = `
  SELECT t.tick, t.to_seq AS "toSeq", EXISTS (
    SELECT FROM leases l WHERE l.world_id = $1 AND l.holder IS NOT NULL AND l.expires_at > now()) AS held
  FROM (SELECT) one LEFT JOIN LATERAL (
    SELECT tick, to_seq FROM tick_log WHERE world_id = $1 ORDER BY tick DESC LIMIT 1
  ) t ON true`

export const readTickHealth = async (client: pg.ClientBase, worldId: string): Promise<TickHealth> =>
  (await client.query<TickHealth>(ticksText, [worldId])).rows[0]!
