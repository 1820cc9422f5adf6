import type pg from 'pg'
import { boolArray, int8Array, uuidArray } from '#platform/postgres/binary-array'

/** What names the right to write a world's physics; the token is higher for each holder. */
export interface Lease {
  worldId: string
  tenantId: string
  holder: string
  token: number
}

/** Somebody else has or had the world since: nothing of ours may be written any more. */
export class LeaseLost extends Error {
  readonly code = 'lease-lost'
  readonly worldId: string

  constructor(worldId: string) {
    super(`the lease of world ${worldId} is no longer held`)
    this.worldId = worldId
  }
}

/** Who holds leases, and for how long without renewal. */
export interface Holder {
  /** New for each start of a process. */
  id: string
  slot: number
  /** http://host:port of the holder's own API. */
  address: string
  ttlMs: number
}

// active until the holder knows better: it may crash before its first renewal
const acquireText = `
  INSERT INTO leases (world_id, tenant_id, holder, slot, token, expires_at, address, active)
  SELECT world_id, tenant_id, $2, $3, 1, now() + $5 * interval '1 millisecond', $4, true FROM worlds WHERE world_id = $1
  ON CONFLICT (world_id) DO UPDATE SET holder = excluded.holder, slot = excluded.slot,
    token = leases.token + 1, expires_at = excluded.expires_at, address = excluded.address, active = true
  WHERE leases.holder IS NULL OR leases.expires_at < now()
  RETURNING tenant_id, token, (SELECT seq FROM worlds WHERE world_id = $1) AS head_seq`

/** A lease that was free, and how far the world's log reached then. */
export interface AcquiredLease extends Lease {
  headSeq: number
}

/** Takes the lease where it is free or expired; undefined where another holder lives or no world is. */
export const acquireLease = async (
  pool: pg.Pool,
  worldId: string,
  { id, slot, address, ttlMs }: Holder,
): Promise<AcquiredLease | undefined> => {
  const { rows } = await pool.query<{ tenant_id: string; token: number; head_seq: number }>(acquireText, [
    ...[worldId, id, slot, address, ttlMs],
  ])
  const [row] = rows
  return row && { worldId, tenantId: row.tenant_id, holder: id, token: row.token, headSeq: row.head_seq }
}

/** A lease to renew. */
export interface Renewal {
  lease: Lease
  /** Its world needs a holder even when no event comes. */
  active: boolean
  /** As of `HeldWorld`; default 0. */
  rampedSeq?: number
}

const renewText = `
  UPDATE leases l SET expires_at = now() + $3 * interval '1 millisecond', slot = $2, active = u.active,
    ramped_seq = greatest(l.ramped_seq, u.ramped_seq)
  FROM unnest($4::uuid[], $5::int8[], $6::bool[], $7::int8[]) AS u (world_id, token, active, ramped_seq) JOIN worlds w USING (world_id)
  WHERE l.world_id = u.world_id AND l.token = u.token AND l.holder = $1
  RETURNING l.world_id, w.seq, coalesce(w.physics_wanted_until > now(), false) AS wanted`

/** What the database says of a world whose lease was renewed. */
export interface Renewed {
  headSeq: number
  /** It was asked about while nobody held it, and has to be kept for a while. */
  wanted: boolean
}

/**
 * Renews leases, expired ones too as long as nobody took them. A world that is missing in the answer is lost.
 */
export const renewLeases = async (
  pool: pg.Pool,
  { id, slot, ttlMs }: Holder,
  renewals: Renewal[],
): Promise<Map<string, Renewed>> => {
  const { rows } = await pool.query<{ world_id: string; seq: number; wanted: boolean }>(renewText, [
    ...[id, slot, ttlMs],
    uuidArray(renewals.map(({ lease }) => lease.worldId)),
    int8Array(renewals.map(({ lease }) => lease.token)),
    boolArray(renewals.map(({ active }) => active)),
    int8Array(renewals.map(({ rampedSeq = 0 }) => rampedSeq)),
  ])
  return new Map(rows.map(({ world_id, seq, wanted }) => [world_id, { headSeq: seq, wanted }]))
}

const releaseText = `
  UPDATE leases SET holder = NULL, expires_at = now(), active = $4, ramped_seq = greatest(ramped_seq, $5)
  WHERE world_id = $1 AND holder = $2 AND token = $3`

/** Gives the world up; the token stays. Nothing where it was lost already. */
export const releaseLease = async (
  pool: pg.Pool,
  { lease, active, rampedSeq = 0 }: Renewal,
): Promise<void> => {
  await pool.query(releaseText, [lease.worldId, lease.holder, lease.token, active, rampedSeq])
}

/**
 * The fence of I5, as the first part of a statement whose parameters $1 to $3 are `fenceValues`: locks the
 * lease row until the statement's transaction ends, so that a successor cannot have read before. The rest of
 * the statement asks `(SELECT count(*) FROM fence) = 1`.
 */
export const fence = `
  WITH fence AS (SELECT FROM leases WHERE world_id = $1 AND holder = $2 AND token = $3 FOR SHARE)`

export const fenceValues = ({ worldId, holder, token }: Lease): unknown[] => [worldId, holder, token]

/** @throws LeaseLost where the fence does not hold; locks the lease row until the transaction ends. */
export const checkFence = async (client: pg.ClientBase, lease: Lease): Promise<void> => {
  const { rows } = await client.query<{ held: number }>(
    `${fence} SELECT count(*)::int AS held FROM fence`,
    fenceValues(lease),
  )
  if (rows[0]!.held !== 1) throw new LeaseLost(lease.worldId)
}

const nobodyHolds = '(l.holder IS NULL OR l.expires_at < now())'

// a lease that nobody released: what its holder had yet to write back has to be written
const activeOrphansText = `
  SELECT world_id
  FROM (SELECT world_id FROM active_worlds UNION SELECT world_id FROM leases WHERE holder IS NOT NULL) AS needed
  LEFT JOIN leases l USING (world_id)
  WHERE ${nobodyHolds} ORDER BY world_id LIMIT 100`

const orphansText = `
  SELECT w.world_id FROM worlds w
  LEFT JOIN active_worlds a USING (world_id)
  LEFT JOIN leases l USING (world_id)
  LEFT JOIN LATERAL (
    SELECT to_seq FROM tick_log t WHERE t.world_id = w.world_id ORDER BY tick DESC LIMIT 1
  ) t ON true
  WHERE ${nobodyHolds}
    AND (a.world_id IS NOT NULL OR l.holder IS NOT NULL OR coalesce(l.active, false) OR w.seq > coalesce(t.to_seq, 0))
  ORDER BY w.world_id LIMIT 100`

/**
 * Worlds that nobody holds and that need it: those that move or are asked about, those whose holder crashed, and unless
 * `activeOnly` also those with events that no tick has taken up and paused ones with active bodies.
 */
export const findOrphans = async (
  pool: pg.Pool,
  { activeOnly = false }: { activeOnly?: boolean } = {},
): Promise<string[]> => {
  const text = activeOnly ? activeOrphansText : orphansText
  const { rows } = await pool.query<{ world_id: string }>(text)
  return rows.map(({ world_id }) => world_id)
}
