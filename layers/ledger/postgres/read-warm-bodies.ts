import type pg from 'pg'
import { inTransaction } from '#platform/postgres/pool'
import { toQuanta } from '../quanta.ts'

/** Active bodies, one beside the other; see `WarmBodies`. */
export interface WarmRows {
  ids: string[]
  x: number[]
  y: number[]
  z: number[]
  quanta: number[]
}

// the activity is what was written last, whether the physics has taken it up or not; the place is the physics' to say
const cursorText = `
  DECLARE bodies NO SCROLL CURSOR FOR
  SELECT e.entity_id, e.activity, s.x, s.y, s.z
  FROM entities e JOIN entity_physics_state s USING (world_id, entity_id)
  WHERE e.world_id = $1 AND e.activity > 0`

interface Row {
  entity_id: string
  activity: number
  x: number
  y: number
  z: number
}

const rowsAtOnce = 10_000

/** The bodies of a world whose activity is a quantum or more. undefined: there are more than `limit`. */
export const readWarmBodies = (
  pool: pg.Pool,
  worldId: string,
  limit: number,
): Promise<WarmRows | undefined> =>
  inTransaction(
    pool,
    async (client) => {
      // a world of a million bodies takes longer than other transactions may
      await client.query('SET LOCAL transaction_timeout = 0')
      await client.query(cursorText, [worldId])
      const found: WarmRows = { ids: [], x: [], y: [], z: [], quanta: [] }
      for (;;) {
        const { rows } = await client.query<Row>(`FETCH ${rowsAtOnce} FROM bodies`)
        for (const row of rows) add(found, row)
        if (found.ids.length > limit) return undefined
        if (rows.length < rowsAtOnce) return found
      }
    },
    'BEGIN READ ONLY',
  )

const add = (found: WarmRows, { entity_id, activity, x, y, z }: Row): void => {
  const quanta = toQuanta(activity)
  if (quanta === 0) return
  found.ids.push(entity_id)
  found.x.push(x)
  found.y.push(y)
  found.z.push(z)
  found.quanta.push(quanta)
}
