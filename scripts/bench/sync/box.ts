import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type BenchResult, figure, median } from '../harness.ts'
import { timeEach } from '../percentile.ts'
import { lastTick, type Stage, withStreams } from './stage.ts'
import { boxOf, fillSyncWorld } from './world.ts'

const runs = 5
const runMs = 3_000
/** In each run this many more streams than one. */
const moreStreams = 200
const inits = 25

interface Cost {
  initMs: number[]
  /** CPU of this process for one stream and tick. */
  streamUs: number[]
}

/** What a client costs that watches about 20 entities of a world of so many, of which 1 % move. */
const measureWorld = async (stage: Stage, entities: number, log: (line: string) => void): Promise<Cost> => {
  const { admin, call } = stage
  const name = `box-${entities}`
  log(`making ${entities} entities…`)
  const world = await fillSyncWorld(admin, name, entities, Math.round(entities / 100))
  while ((await lastTick(admin, world.worldId)) < 20) await sleep(100)
  const query = `world=${name}&box=${boxOf(world)}`
  const init = async () => void (await (await call('GET', `/world/init?${query}`)).json())
  await timeEach(5, init)
  const initMs = await timeEach(inits, init)
  const perTick = async (count: number): Promise<number> =>
    withStreams(stage, { query, count }, async () => {
      await sleep(500)
      const [tick, began] = [await lastTick(admin, world.worldId), process.cpuUsage()]
      await sleep(runMs)
      const { user, system } = process.cpuUsage(began)
      return (user + system) / ((await lastTick(admin, world.worldId)) - tick)
    })
  const streamUs: number[] = []
  for (let run = 0; run < runs; run++)
    streamUs.push(((await perTick(1 + moreStreams)) - (await perTick(1))) / moreStreams)
  await call('POST', `/worlds/${name}/physics/pause`)
  log(
    `${entities} entities: init ${median(initMs).toFixed(1)} ms, a stream ${median(streamUs).toFixed(1)} µs a tick, load ${loadavg()[0]!.toFixed(1)}`,
  )
  return { initMs, streamUs }
}

/** Whether a client in a small box costs more in a large world than in one of `few` entities. */
export const measureBox = async (
  stage: Stage,
  few: number,
  many: number,
  log: (line: string) => void,
): Promise<BenchResult> => {
  const small = await measureWorld(stage, few, log)
  const large = await measureWorld(stage, many, log)
  const figures = [small, large].flatMap(({ initMs, streamUs }, at) => {
    const of = `box of 20 in ${at === 0 ? few : many} entities`
    return [figure(`${of}: init`, 'ms', initMs), figure(`${of}: CPU of a stream and tick`, 'µs', streamUs)]
  })
  const ratio = (what: keyof Cost) => median(large[what]) / median(small[what])
  return {
    figures,
    goals: [
      atMost(`init of a box, ${many} / ${few} entities`, ratio('initMs'), 1.5),
      atMost(`stream of a box, ${many} / ${few} entities`, ratio('streamUs'), 1.5),
    ],
  }
}
