import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

// Deploys Orrery to a LocalStack-compatible endpoint and drives it as a client: test/deploy. The last line counts
// the tests for a program that reads it.

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

interface Report {
  numPassedTests: number
  numFailedTests: number
  numTotalTests: number
}

const main = async (args: string[]): Promise<number> => {
  const scratch = mkdtempSync(join(tmpdir(), 'orrery-test-deploy-'))
  const file = join(scratch, 'report.json')
  try {
    const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${file}`]
    const options = ['run', '--config', 'test/deploy/vitest.config.ts', ...reporters, ...args]
    // Ctrl-C in a terminal reaches both: this one waits until the other has stopped everything
    process.on('SIGINT', () => {})
    const child = spawn(process.execPath, [vitest, ...options], { stdio: 'inherit' })
    process.on('SIGTERM', () => child.kill('SIGTERM'))
    const [code] = await once(child, 'exit')
    const { numPassedTests, numFailedTests, numTotalTests }: Report = JSON.parse(readFileSync(file, 'utf8'))
    // a suite that could not be set up has failed, though none of its tests was run
    const failed = code === 0 ? numFailedTests : Math.max(1, numFailedTests, numTotalTests - numPassedTests)
    console.log(`\n${numPassedTests} passed, ${failed} failed`)
    return code === 0 && numTotalTests > 0 ? 0 : 1
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

process.exit(await main(process.argv.slice(2)))
