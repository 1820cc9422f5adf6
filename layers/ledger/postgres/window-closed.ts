import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'
import { manifestsOf } from './of-ledger.ts'

const text = `SELECT FROM manifests m WHERE ${manifestsOf()} AND layer = $2 AND epoch_end = $3`

/** Whether the window of a commit has its manifest: no commit comes to it any more. */
export const isWindowClosed = async (
  client: pg.ClientBase,
  worldId: string,
  { layer, windowEnd }: { layer: LayerName; windowEnd: number },
): Promise<boolean> => (await client.query(prepared(text, [worldId, layer, windowEnd]))).rowCount !== 0
