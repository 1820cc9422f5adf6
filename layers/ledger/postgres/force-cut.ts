import type pg from 'pg'
import { cutNow, lockTickStream, type WorldKey } from './append-segment.ts'
import { readCuts, readStream } from './read-inputs.ts'

/**
 * Ends all open spans of a world with the watermark of its ticks; answers that tick, or undefined where there were no
 * ticks yet. Asked again before there are more, it changes nothing.
 */
export const forceCut = async (
  client: pg.ClientBase,
  world: WorldKey,
  cause: object,
): Promise<number | undefined> => {
  const { worldId } = world
  const known = await readStream(client, worldId)
  if (known === undefined) return undefined
  const stream = await lockTickStream(client, world, known.layer)
  if ((await readCuts(client, worldId)).length === 0) return undefined
  await cutNow(client, worldId, stream, cause)
  return stream.watermark
}
