import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { atMost, type BenchResult, figure, median } from '../harness.ts'
import { percentile } from '../percentile.ts'
import { type Stage, takeAll, withStreams } from './stage.ts'

const runs = 5
const writesPerRun = 40
const gapMs = 50

/** From the answer of a write to the moment that a client has its event, with so many streams of the same world. */
export const measureLatency = async (
  stage: Stage,
  streams: readonly number[],
  log: (line: string) => void,
): Promise<BenchResult> => {
  const { stack, writer, readers } = stage
  const url = `${stack.url}/worlds/written/entities/rock`
  const entity = { classType: 'Rock', position: [1, 2, 3] }
  let from = 1
  const write = async (count: number) => {
    const { marks } = await writer.ask({ kind: 'write', url, entity, from, count, gapMs })
    from += count
    return marks
  }
  const run = async (count: number): Promise<number[]> => {
    await takeAll(readers)
    const answered = new Map(await write(writesPerRun))
    const heard: [number, number][] = []
    // the last of them are under way
    for (let waits = 0; heard.length < count * writesPerRun && waits < 500; waits++) {
      heard.push(...(await takeAll(readers)).marks)
      await sleep(20)
    }
    if (heard.length !== count * writesPerRun)
      throw new Error(`${heard.length} of ${count * writesPerRun} events came`)
    return heard.map(([number, ms]) => ms - answered.get(number)!)
  }
  await write(20)
  const figures = []
  let [p99s, reachedBy]: [number[], number] = [[], 0]
  for (const count of streams) {
    const all = await withStreams(stage, { query: 'world=written&cast=full', count }, async () => {
      await run(count)
      const samples: number[][] = []
      for (let at = 0; at < runs; at++) samples.push(await run(count))
      return samples
    })
    p99s = all.map((sample) => percentile(sample, 99))
    reachedBy = count
    const p50s = all.map((sample) => percentile(sample, 50))
    figures.push(figure(`write to client, p50, ${count} streams`, 'ms', p50s))
    figures.push(figure(`write to client, p99, ${count} streams`, 'ms', p99s))
    log(
      `${count} streams: p50 ${median(p50s).toFixed(1)} ms, p99 ${median(p99s).toFixed(1)} ms, load ${loadavg()[0]!.toFixed(1)}`,
    )
  }
  return { figures, goals: [atMost(`write to client, p99 at ${reachedBy} streams, ms`, median(p99s), 100)] }
}
