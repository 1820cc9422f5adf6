import { parentPort, workerData } from 'node:worker_threads'
import { buildApp } from 'fauxqs'

// fauxqs's own `startFauxqs` listens on every address of the machine
const app = buildApp({ logger: false })
const { port } = workerData as { port: number }
parentPort!.postMessage(await app.listen({ port, host: '127.0.0.1' }))
