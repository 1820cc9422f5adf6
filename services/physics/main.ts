import { watchParent } from '#platform/parent-watch'
import { readConfig } from './config.ts'
import { startPhysics } from './service.ts'
import { openTelemetry } from './telemetry.ts'

const stopping = new AbortController()
const { log, telemetry } = await openTelemetry(process.env)

const run = async (): Promise<void> => {
  const config = readConfig(process.env)
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        stopping.abort(new Error(signal))
        resolve()
      })
  })
  const service = await startPhysics(config, { log, telemetry, signal: stopping.signal })
  console.log(`physics ready on ${service.address} slot ${service.slot()}`)
  await Promise.race([asked, service.superseded.then(() => log('a newer revision runs: it gets the worlds'))])
  await service.stop()
}

watchParent()
try {
  await run()
  process.exit(0)
} catch (error) {
  if (!stopping.signal.aborted) log((error as Error).message, { level: 'error' })
  process.exit(stopping.signal.aborted ? 0 : 1)
}
