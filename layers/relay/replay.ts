import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import { reachPast } from '#retention/recall'
import { tablesOf } from '#retention/sources'
import { packEvents } from './batch.ts'
import { errorText, fileDeadLetter } from './dead-letters.ts'
import { openDestination } from './deliver.ts'
import type { Destination } from './destination.ts'
import { createLogReader } from './log.ts'
import type { RelayContext } from './relay.ts'
import type { DeadReplay } from './serve-doorbells.ts'

const moveText = `
  UPDATE relay_cursors c SET seq = greatest($3, w.fork_seq), attempts = 0, refusals = 0,
    next_attempt_at = '-infinity', last_error = NULL
  FROM worlds w
  WHERE w.world_id = c.world_id AND c.world_id = $1 AND ($2::text IS NULL OR c.destination = $2)
    AND c.seq > greatest($3, w.fork_seq)
  RETURNING c.destination`

/**
 * Moves the world's cursors back, so that the relay delivers again from `fromSeq`; a cursor that is not past
 * it stays; that of a fork goes back to the beginning of its own log at most. Waits for a relay that is at work on it. Answers the destinations whose cursors moved; the caller
 * rings the doorbell.
 *
 * @throws PastArchived, PastExpired where events from there on have left the log.
 */
export const replayFrom = async (
  pool: pg.Pool,
  worldId: string,
  fromSeq: number,
  destination?: string,
): Promise<string[]> => {
  const { rows } = await inTransaction(pool, async (client) => {
    const wanted = { sources: tablesOf('events'), at: { after: fromSeq - 1, to: Number.MAX_SAFE_INTEGER } }
    await reachPast(client, worldId, wanted)
    return client.query<{ destination: string }>(moveText, [worldId, destination ?? null, fromSeq - 1])
  })
  return rows.map((row) => row.destination).sort()
}

export interface ReplayedDead {
  accepted: number
  refused: number
  /** A destination was away: what is left of its dead letters was not tried. */
  isCutShort: boolean
}

/**
 * Sends the world's dead letters of the relay again, all or these, as they are in the log, and removes those that are
 * accepted. Those of consumers are for their own rebuild (`replayConsumer`) and stay.
 */
export const replayDead = async (
  context: RelayContext,
  worldId: string,
  which: DeadReplay = 'all',
): Promise<ReplayedDead> => {
  const total = { accepted: 0, refused: 0, isCutShort: false }
  for (const destination of context.destinations) {
    const seqs =
      which === 'all'
        ? null
        : which.filter((one) => one.destination === destination.name).map(({ seq }) => seq)
    for (let afterSeq = 0; ; ) {
      const tried = await inTransaction(context.pool, (client) =>
        replayNext(client, context, worldId, destination, afterSeq, seqs),
      )
      if (tried === undefined) break
      if (tried.status === 'unavailable') {
        total.isCutShort = true
        break
      }
      total[tried.status] += 1
      afterSeq = tried.seq
    }
  }
  return total
}

const nextText = `
  SELECT seq, tenant_id FROM dead_letters WHERE world_id = $1 AND destination = $2 AND seq > $3
    AND ($4::int8[] IS NULL OR seq = ANY ($4))
  ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED`
const removeText = 'DELETE FROM dead_letters WHERE world_id = $1 AND destination = $2 AND seq = $3'

const replayNext = async (
  client: pg.ClientBase,
  { newId }: RelayContext,
  worldId: string,
  destination: Destination,
  afterSeq: number,
  seqs: number[] | null,
): Promise<{ seq: number; status: 'accepted' | 'refused' | 'unavailable' } | undefined> => {
  const found = await client.query<{ seq: number; tenant_id: string }>(nextText, [
    worldId,
    destination.name,
    afterSeq,
    seqs,
  ])
  if (found.rows[0] === undefined) return undefined
  const { seq, tenant_id: tenantId } = found.rows[0]
  const { rows } = await createLogReader(worldId, 1).read(client, seq - 1)
  const deliver = await openDestination(client, destination, { worldId, tenantId }, newId)
  const { failure } = await deliver(packEvents(rows), () => false)
  if (failure?.kind === 'unavailable') return { seq, status: 'unavailable' }
  if (failure === undefined) await client.query(removeText, [worldId, destination.name, seq])
  else {
    const error = errorText(failure.error)
    await fileDeadLetter(client, {
      worldId,
      destination: destination.name,
      seq,
      tenantId,
      error,
      attempts: 1,
    })
  }
  return { seq, status: failure === undefined ? 'accepted' : 'refused' }
}
