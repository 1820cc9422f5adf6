import { DatabaseNewerThanCode } from '#platform/postgres/migrate'
import { openConsole } from './local/console.ts'
import { DataDirectoryInUse } from './local/data-lock.ts'
import { parseStartOptions, type StartOptions, startUsage, UsageError } from './local/options.ts'
import { type PartReport, StartInterrupted } from './local/parts.ts'
import { PortTaken, type Stack, startStack } from './local/stack.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)
const printError = (line: string) => process.stderr.write(`${line}\n`)

const printPart = ({ name, what, ms }: PartReport) =>
  print(`  ${name.padEnd(11)} ${what}  (${ms.toLocaleString('en')} ms)`)

const welcome = (url: string, issuer: string | undefined, ms: number): string => `
Ready in ${(ms / 1_000).toFixed(1)} s. Ctrl-C stops everything.

  Console  ${url}
  API      ${url}
  OpenAPI  ${url}/openapi.json
  Health   ${url}/healthz
  Metrics  ${url}/metrics
  Tokens   ${issuer === undefined ? 'not needed on this machine; npm run token -- --help' : `of ${issuer}`}
${issuer === undefined ? tryIt(url) : ''}`

const tryIt = (url: string): string => `
Try, in a second terminal:

  curl -s ${url}/eustress/ingest/entity -H 'content-type: application/json' -d '{"space_name":"demo","entity":{"id":"lamp","name":"Lamp","class_type":"Light","position":[1,2,3],"tags":["warm"],"parameters":{"activity":0.5,"mass":2,"wavelength":589}}}'
  curl -s ${url}/worlds/demo/entities/lamp
  curl -s '${url}/worlds/demo/near?x=0&y=0&z=0&r=10'
`

/** What went wrong, for people; the stack of our own code only where the fault may lie there. */
const explain = (error: unknown): string => {
  if (error instanceof DataDirectoryInUse)
    return `${error.message} Stop it first, or use another folder: npm start -- --data .orrery2 --port 7001`
  if (error instanceof PortTaken || error instanceof DatabaseNewerThanCode) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

// Ctrl-C in a terminal reaches this process, and npm, which passes it on
const echoMs = 1_000

/** The first signal ends a start that is under way, or stops the stack; a second one ends everything hard. */
const onSignals = (stopping: AbortController, running: () => Stack | undefined): void => {
  let firstAt: number | undefined
  const handle = (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      print(`\n${signal}: stopping (once more ends everything at once)`)
      stopping.abort()
    } else if (performance.now() - firstAt > echoMs) {
      running()?.kill()
      process.exit(130)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle)
}

const run = async (options: StartOptions): Promise<number> => {
  const startedAt = performance.now()
  const stopping = new AbortController()
  const stopped = new Promise((done) => stopping.signal.addEventListener('abort', done))
  let stack: Stack | undefined
  onSignals(stopping, () => stack)
  print(`Orrery starts on ${options.dataDir}`)
  try {
    const site = await openConsole({ identity: options.identity, clientId: options.consoleClient })
    stack = await startStack({ ...options, site, log: print, report: printPart, signal: stopping.signal })
  } catch (error) {
    if (error instanceof StartInterrupted) return 0
    printError(explain(error))
    return 1
  }
  print(welcome(stack.url, options.identity?.issuer, performance.now() - startedAt))
  await stopped
  await stack.stop()
  print('Stopped.')
  return 0
}

const main = async (args: string[]): Promise<number> => {
  try {
    const options = parseStartOptions(args)
    if (!options.help) return await run(options)
    print(startUsage)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    printError(`${error.message}\n\n${startUsage}`)
    return 2
  }
}

process.exit(await main(process.argv.slice(2)))
