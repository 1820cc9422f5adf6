import { watchParent } from '#platform/parent-watch'
import { readConfig } from './config.ts'
import { startPhysics } from './service.ts'

const stopping = new AbortController()
const log = (line: string): void => console.error(line)

const run = async (): Promise<void> => {
  const config = readConfig(process.env)
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => {
        stopping.abort(new Error(signal))
        resolve()
      })
  })
  const service = await startPhysics(config, { log, signal: stopping.signal })
  console.log(`physics ready on ${service.address} slot ${service.slot()}`)
  await asked
  await service.stop()
}

watchParent()
try {
  await run()
  process.exit(0)
} catch (error) {
  if (!stopping.signal.aborted) log((error as Error).message)
  process.exit(stopping.signal.aborted ? 0 : 1)
}
