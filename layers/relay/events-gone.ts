import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'

/** The next events of a log have left it: see docs/retention.md. They are in the archive, or kept no longer. */
export class EventsGone extends Error {
  readonly code = 'events-gone'
  readonly worldId: string
  readonly seq: number

  constructor(worldId: string, seq: number) {
    super(
      `event ${seq} of world ${worldId} has left the log: npm run retention -- restore --world ${worldId} --events ${seq} ` +
        'brings it back from the archive, if it is still there',
    )
    this.worldId = worldId
    this.seq = seq
  }
}

const goneText = `
  SELECT FROM retention_state WHERE world_id = $1 AND source = 'world_events'
    AND greatest(archived_to, coalesce(upper(expired) - 1, 0)) > $2`

/** Whether events after a seq have left the world's log, or may have. */
export const haveGone = async (
  client: pg.ClientBase | pg.Pool,
  worldId: string,
  afterSeq: number,
): Promise<boolean> => (await client.query(prepared(goneText, [worldId, afterSeq]))).rowCount !== 0

/** The rows that follow a seq without a gap. */
export const withoutGap = <Row extends { seq: number }>(rows: readonly Row[], afterSeq: number): Row[] => {
  const gap = rows.findIndex(({ seq }, at) => seq !== afterSeq + 1 + at)
  return gap === -1 ? [...rows] : rows.slice(0, gap)
}
