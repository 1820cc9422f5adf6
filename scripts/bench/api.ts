import { Agent, request } from 'node:http'
import { type ApiStage, randomEntity, seeded, startApiStage } from './api-stage.ts'
import { type Bench, type BenchResult, figure } from './harness.ts'

const connections = 32
const requestsPerRun = 6_400
const runs = 5
const entityBytes = 512

/** Single-entity POSTs over 32 kept-alive connections, all to one world and spread over eight. */
const run = async (log: (line: string) => void): Promise<BenchResult> => {
  const stage = await startApiStage()
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  try {
    const figures = []
    for (const worlds of [1, 8]) {
      const samples = { p50: [] as number[], p99: [] as number[], rate: [] as number[] }
      for (let index = -1; index < runs; index++) {
        const { p50, p99, rate } = await measure(stage, agent, worlds, index)
        log(
          `${worlds} world(s): p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${Math.round(rate)}/s${index < 0 ? ' (warm-up)' : ''}`,
        )
        if (index < 0) continue
        samples.p50.push(p50)
        samples.p99.push(p99)
        samples.rate.push(rate)
      }
      const name = worlds === 1 ? 'one world' : `${worlds} worlds`
      figures.push(figure(`p50, ${name}`, 'ms', samples.p50), figure(`p99, ${name}`, 'ms', samples.p99))
      figures.push(figure(`throughput, ${name}`, 'requests/s', samples.rate))
    }
    return { figures, goals: [] }
  } finally {
    agent.destroy()
    await stage.stop()
  }
}

export const bench: Bench = { name: 'api', run }

const measure = async (stage: ApiStage, agent: Agent, worlds: number, index: number) => {
  const random = seeded(1_000 * worlds + index)
  const bodies = Array.from({ length: requestsPerRun }, (_, n) =>
    JSON.stringify({
      space_name: `bench-${worlds}-${n % worlds}`,
      entity: randomEntity(`r${index}-e${n}`, random, entityBytes),
    }),
  )
  const latencies: number[] = []
  const start = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async (_, lane) => {
      for (let n = lane; n < bodies.length; n += connections) {
        const sent = performance.now()
        await postEntity(stage.url, agent, bodies[n]!)
        latencies.push(performance.now() - sent)
      }
    }),
  )
  const seconds = (performance.now() - start) / 1_000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))]!
  return { p50: at(0.5), p99: at(0.99), rate: bodies.length / seconds }
}

const postEntity = (url: string, agent: Agent, body: string): Promise<void> =>
  new Promise((done, fail) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(`${url}/eustress/ingest/entity`, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? done() : fail(new Error(`status ${response.statusCode}`)),
      )
    })
    sent.on('error', fail)
    sent.end(body)
  })
