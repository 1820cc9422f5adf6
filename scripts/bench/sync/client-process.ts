import { Agent, get, request } from 'node:http'
import type { Answer, Command, Mark } from './client-commands.ts'

// Clients of streams, or somebody who writes, in a process of their own, so that what they do is not the server's time. Started by
// fork; commands come by messages, and each has one answer.

/** Milliseconds by a clock that all processes of the machine share. */
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
const writing = new Agent({ keepAlive: true, maxSockets: 1 })
let bytes = 0
let marks: Mark[] = []
const open = new Set<() => void>()

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const marker = Buffer.from('"newValue":"mark-')

/** Resolves when the stream has begun. */
const openStream = (url: string, accept: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = get(url, { agent, headers: { accept } }, (response) => {
      if (response.statusCode === 429) {
        response.resume()
        // those before are being closed
        return void sleep(200).then(() => openStream(url, accept).then(resolve, reject))
      }
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode} ${url}`))
      let rest: Buffer = Buffer.alloc(0)
      response.once('data', () => resolve())
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (accept !== 'text/event-stream' || chunk.length > 10_000) return
        const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        for (let at = all.indexOf(marker); at !== -1; at = all.indexOf(marker, at + 1))
          marks.push([
            Number.parseInt(all.toString('latin1', at + marker.length, at + marker.length + 8), 10),
            nowMs(),
          ])
        const end = all.lastIndexOf('\n\n')
        rest = end === -1 ? all : all.subarray(end + 2)
      })
      const close = () => sent.destroy()
      open.add(close)
      response.on('close', () => open.delete(close))
    })
    sent.on('error', reject)
  })

const put = (url: string, body: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(url, { method: 'PUT', agent: writing, headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode! < 300 ? resolve() : reject(new Error(`status ${response.statusCode}`)),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })

const answers: { [K in Command['kind']]: (command: Extract<Command, { kind: K }>) => Promise<Answer> } = {
  open: async ({ url, accept, count }) => {
    for (let at = 0; at < count; at += 50)
      await Promise.all(Array.from({ length: Math.min(50, count - at) }, () => openStream(url, accept)))
    return { bytes: 0, marks: [] }
  },
  take: async () => {
    const taken = { bytes, marks }
    bytes = 0
    marks = []
    return taken
  },
  close: async () => {
    for (const close of open) close()
    return { bytes: 0, marks: [] }
  },
  write: async ({ url, entity, from, count, gapMs }) => {
    const answered: Mark[] = []
    for (let at = from; at < from + count; at++) {
      await put(url, JSON.stringify({ ...entity, name: `mark-${at}` }))
      answered.push([at, nowMs()])
      await sleep(gapMs * (0.5 + Math.random()))
    }
    return { bytes: 0, marks: answered }
  },
}

process.on('message', (command: Command) => {
  const answer = answers[command.kind] as (command: Command) => Promise<Answer>
  answer(command).then(
    (done) => process.send!(done),
    (error) => process.send!({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
