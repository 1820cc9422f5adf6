import type { JsonObject } from '#world/event'
import { NotYet } from './not-yet.ts'
import type { ErasureContext } from './run-erasures.ts'

// whoever writes one is fenced, and `held_until` says when its last part is in the store at the latest
const markText = `
  UPDATE training_datasets SET status = 'erased', attempts = attempts + 1, finished_at = NULL,
    held_until = CASE status WHEN 'running' THEN held_until ELSE '-infinity' END,
    problem = '{"code": "being-erased", "detail": "Its files are being deleted: an entity is erased."}'
  WHERE world_id = $1 AND status <> 'erased'`
const markedText = `
  SELECT dataset_id AS id, digest, held_until > now() AS held FROM training_datasets
  WHERE world_id = $1 AND status = 'erased' AND problem ->> 'code' = 'being-erased' ORDER BY dataset_id`
const partsText = 'DELETE FROM training_dataset_parts WHERE dataset_id = $1'
const namedText = `DELETE FROM training_datasets WHERE dataset_id = $1 AND selection ->> 'subtree' = $2`
const erasedText = `
  UPDATE training_datasets SET
    problem = '{"code": "erased", "detail": "Its files were deleted, since an entity was erased. Asked for again, it is made without it."}'
  WHERE dataset_id = $1`

/**
 * Deletes the files of all datasets of a world, whose history has nothing of the entity any more: asked for again, they are
 * made without it. One whose selection names the entity goes as a whole. Nobody makes one again before its files are gone.
 */
export const eraseDatasets = async (
  { pool, objects }: ErasureContext,
  worldId: string,
  entityId: string,
): Promise<JsonObject> => {
  await pool.query(markText, [worldId])
  const { rows } = await pool.query<{ id: string; digest: string; held: boolean }>(markedText, [worldId])
  if (rows.some(({ held }) => held)) throw new NotYet('a part of a dataset is being written')
  let files = 0
  for (const { id, digest } of rows) {
    const keys = await objects.list(`datasets/${worldId}/${digest}/`)
    for (const key of keys) await objects.delete(key)
    files += keys.length
    await pool.query(partsText, [id])
    await pool.query(namedText, [id, entityId])
    await pool.query(erasedText, [id])
  }
  return { datasets: rows.length, objects: files }
}
