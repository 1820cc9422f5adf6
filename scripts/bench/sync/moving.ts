import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { binaryType } from '#sync/binary'
import { type Figure, figure, median } from '../harness.ts'
import { lastTick, type Stage, takeAll, withStreams } from './stage.ts'
import { fillSyncWorld } from './world.ts'

const clients = 10
const runs = 5
const runMs = 3_000

/** Bytes of each client for each tick, and ticks a second, of a world of which a share moves. */
export const measureMoving = async (
  stage: Stage,
  entities: number,
  percent: number,
  log: (line: string) => void,
): Promise<Figure[]> => {
  const { admin, readers, call } = stage
  const name = `moving-${percent}`
  const { worldId } = await fillSyncWorld(admin, name, entities, Math.round((entities * percent) / 100))
  while ((await lastTick(admin, worldId)) < 20) await sleep(100)
  const figures: Figure[] = []
  for (const [what, accept] of [
    ['JSON', 'text/event-stream'],
    ['binary', binaryType],
  ] as const) {
    const samples = { bytes: [] as number[], rate: [] as number[] }
    await withStreams(stage, { query: `world=${name}`, accept, count: clients }, async () => {
      // the first frame tells a stream all names
      await sleep(1_000)
      for (let at = 0; at < runs; at++) {
        await takeAll(readers)
        const [tick, began] = [await lastTick(admin, worldId), performance.now()]
        await sleep(runMs)
        const { bytes } = await takeAll(readers)
        const ticks = (await lastTick(admin, worldId)) - tick
        samples.bytes.push(bytes / clients / ticks)
        samples.rate.push((ticks * 1_000) / (performance.now() - began))
      }
    })
    const of = `${entities} entities, ${percent} % moving, ${what}`
    figures.push(figure(`${of}: a client and tick`, 'bytes', samples.bytes))
    figures.push(figure(`${of}: ticks`, 'ticks/s', samples.rate))
    log(
      `${of}: ${Math.round(median(samples.bytes))} bytes, ${median(samples.rate).toFixed(1)} ticks/s, load ${loadavg()[0]!.toFixed(1)}`,
    )
  }
  await call('POST', `/worlds/${name}/physics/pause`)
  return figures
}
