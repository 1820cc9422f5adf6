import type pg from 'pg'
import { prepared } from '#platform/postgres/pool'
import type { LayerName } from '../settings.ts'
import type { WorldKey } from './append-segment.ts'
import { readCuts, readStream } from './read-inputs.ts'
import { openLayers } from './windows.ts'

const pauseText = 'UPDATE ledger_layers SET paused = $3 WHERE world_id = $1 AND layer = $2'

/**
 * Says whether engines work on a layer: where it is paused, what it has to take waits. False where the world's ledger has no
 * such layer yet.
 */
export const setLayerPaused = async (
  client: pg.ClientBase,
  world: WorldKey,
  layer: LayerName,
  paused: boolean,
): Promise<boolean> => {
  const { worldId } = world
  const [stream, cuts] = [await readStream(client, worldId), await readCuts(client, worldId)]
  // engines make the rows of layers when they come to them; this may be before
  if (stream !== undefined && cuts.length > 0)
    await openLayers(client, world, cuts.at(-1)!.settings.layers, stream.layer)
  return (await client.query(prepared(pauseText, [worldId, layer, paused]))).rowCount === 1
}
