import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { runIcewsImport } from '../../scripts/import/icews/run.ts'
import { parseImportOptions } from '../../scripts/import/options.ts'
import { runImport } from '../../scripts/import/run.ts'
import { openConsole } from '../../scripts/local/console.ts'
import { type Stack, startStack } from '../../scripts/local/stack.ts'
import { type Chromium, startChromium } from '../browser/chromium.ts'
import { until } from '../support/until.ts'

/** Real cities, so many that a test is fast. */
export const cityCount = 2_000

export interface Stage {
  stack: Stack
  chromium: Chromium
  /** A tab at a place of the console, such as `/w/earth/space`; it fails the test when the page throws. */
  open(path: string, size?: { width: number; height: number }): Promise<Page>
  /** JSON of the API, or an Error with what it said. */
  ask<T = Record<string, unknown>>(path: string, init?: { method?: string; body?: unknown }): Promise<T>
}

/**
 * A whole stack with the worlds `earth` (real cities) and `icews` (a chronicle), the console as npm start serves it, and
 * a browser. Tests of one file share it.
 */
export const useStage = (): Stage => {
  let dataDir: string
  const faults: string[] = []
  const stage = {} as Stage
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'orrery-console-'))
    const site = await openConsole({})
    stage.chromium = await startChromium()
    stage.stack = await startStack({
      ...{ dataDir, port: 0, site, log: () => {} },
      postgresSettings: ['fsync=off', 'synchronous_commit=off'],
    })
    await importWorlds(stage.stack.url)
  })
  afterAll(async () => {
    await stage.chromium?.stop()
    await stage.stack?.stop()
    rmSync(dataDir, { recursive: true, force: true })
    if (faults.length > 0) throw new Error(`the page failed:\n${faults.join('\n')}`)
  })
  stage.open = async (path, size = { width: 1280, height: 800 }) => {
    const tab = await stage.chromium.context.newPage()
    await tab.setViewportSize(size)
    tab.on('pageerror', (error) => faults.push(`${path}: ${error.stack ?? error.message}`))
    tab.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()))
        faults.push(`${path}: ${message.text()}`)
    })
    await tab.goto(stage.stack.url + path)
    return tab
  }
  stage.ask = async (path, { method = 'GET', body } = {}) => {
    const answer = await fetch(stage.stack.url + path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return stage
}

const importWorlds = async (url: string): Promise<void> => {
  const quiet = () => {}
  await runImport(parseImportOptions(['cities', '--limit', String(cityCount)]), { url }, quiet)
  await runIcewsImport(parseImportOptions(['icews', 'test/fixtures/icews']), { url }, quiet)
  await until('the chronicle has reached its entities', async () => {
    const answer = await fetch(`${url}/api/chronicles/projection?world=icews`)
    return ((await answer.json()) as { lag: number }).lag === 0
  })
}
