import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { runIcewsImport } from '../../scripts/import/icews/run.ts'
import { parseImportOptions } from '../../scripts/import/options.ts'
import { runImport } from '../../scripts/import/run.ts'
import { openConsole } from '../../scripts/local/console.ts'
import { startStack } from '../../scripts/local/stack.ts'
import { until } from '../support/until.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the stack that all files share. */
    stackUrl: string
    /** Of its database, as orrery_relay. */
    relayUrl: string
  }
}

/** Real cities, so many that a test is fast. */
const cityCount = 2_000

/**
 * A whole stack with the worlds `earth` (real cities) and `icews` (a chronicle), and the console as npm start serves it,
 * for all files: it takes longer to come up than most of them to run.
 */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-console-'))
  const site = await openConsole({})
  const stack = await startStack({
    ...{ dataDir, port: 0, site, log: () => {} },
    postgresSettings: ['fsync=off', 'synchronous_commit=off'],
  })
  await importWorlds(stack.url)
  project.provide('stackUrl', stack.url)
  project.provide('relayUrl', stack.databaseUrl('orrery_relay'))
  return async () => {
    await stack.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const importWorlds = async (url: string): Promise<void> => {
  const quiet = () => {}
  await runImport(parseImportOptions(['cities', '--limit', String(cityCount)]), { url }, quiet)
  await runIcewsImport(parseImportOptions(['icews', 'test/fixtures/icews']), { url }, quiet)
  await stopEarth(url)
  await until('the chronicle has reached its entities', async () => {
    const answer = await fetch(`${url}/api/chronicles/projection?world=icews`)
    return ((await answer.json()) as { lag: number }).lag === 0
  })
}

/** Earth has moved, has commits, and then stands still: what a page shows can be compared with the API at leisure. */
const stopEarth = async (url: string): Promise<void> => {
  const post = (path: string) =>
    fetch(`${url}${path}`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
  await post('/commit/force?world=earth')
  await until('earth has a commit', async () => {
    const answer = await fetch(`${url}/commits?world=earth&limit=1`)
    return ((await answer.json()) as { commits: object[] }).commits.length > 0
  })
  await post('/worlds/earth/physics/pause')
}
