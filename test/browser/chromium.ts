import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { interruptWhenOrphaned } from '../../scripts/local/processes.ts'
import { findChromium } from '../../scripts/tests/find-chromium.ts'

/** A browser without a window, with a profile of its own. */
export interface Chromium {
  /** What the tabs of one person share. */
  context: BrowserContext
  /** Stops all of its processes where they are, as a laptop does that goes to sleep. */
  sleep(): void
  wake(): void
  stop(): Promise<void>
}

const options = [
  ...[
    '--headless=new',
    '--remote-debugging-port=0',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--mute-audio',
  ],
  ...['--no-first-run', '--no-default-browser-check', '--password-store=basic', '--use-mock-keychain'],
  // it talks with this machine and with nobody else
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-proxy-server'],
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
]
/** Chromium's sandbox does not work for root. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** @throws ChromiumMissing; Error with what it printed, when it does not start */
export const startChromium = async (): Promise<Chromium> => {
  const program = findChromium(process.env)
  const profile = mkdtempSync(join(tmpdir(), 'orrery-chromium-'))
  // in a group of its own: its processes sleep and end together
  const child = spawn(program, [...options, ...asRoot, `--user-data-dir=${profile}`, 'about:blank'], {
    ...{ detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  })
  const letGo = interruptWhenOrphaned(child.pid!)
  const signal = (name: NodeJS.Signals) => process.kill(-child.pid!, name)
  const end = async () => {
    letGo()
    if (child.exitCode === null && child.signalCode === null) {
      signal('SIGKILL')
      await once(child, 'exit')
    }
    // its other processes are still on their way out
    rmSync(profile, { recursive: true, force: true, maxRetries: 20 })
  }
  try {
    // without playwright's defaults, by which every page would be taken to be in front
    const browser = await chromium.connectOverCDP(await debuggerOf(child), { noDefaults: true })
    return {
      context: browser.contexts()[0]!,
      sleep: () => signal('SIGSTOP'),
      wake: () => signal('SIGCONT'),
      stop: async () => {
        await browser.close()
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}

const debuggerOf = async (child: ChildProcess): Promise<string> => {
  let output = ''
  const texts = child.stderr!.setEncoding('utf8').iterator({ destroyOnReturn: false })
  for await (const text of texts) {
    output += text
    const address = /DevTools listening on (ws:\S+)/.exec(output)
    if (address === null) continue
    child.stderr!.resume()
    return address[1]!
  }
  throw new Error(`Chromium did not start:\n${output}`)
}
