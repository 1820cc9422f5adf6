import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

interface Report {
  numPassedTests: number
  numTotalTests: number
}

/**
 * Runs the tests of a configuration of their own; the last line counts them for a program that reads it. Answers the
 * exit code.
 */
export const runCounted = async (config: string, args: string[]): Promise<number> => {
  const scratch = mkdtempSync(join(tmpdir(), 'orrery-tests-'))
  const file = join(scratch, 'report.json')
  try {
    const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${file}`]
    const options = ['run', '--config', config, ...reporters, ...args]
    // Ctrl-C in a terminal reaches both: this one waits until the other has stopped everything
    process.on('SIGINT', () => {})
    const env = { ...process.env, TMPDIR: scratch }
    const child = spawn(process.execPath, [vitest, ...options], { stdio: 'inherit', env })
    process.on('SIGTERM', () => child.kill('SIGTERM'))
    const [code] = await once(child, 'exit')
    const { passed, failed } = count(file, code === 0)
    console.log(`\n${passed} passed, ${failed} failed`)
    return failed === 0 ? 0 : 1
  } finally {
    // after an interruption the servers are still on their way out
    await rm(scratch, { recursive: true, force: true, maxRetries: 20 })
  }
}

/** Where the tests could not even begin, or were interrupted, one has failed at least; those that were skipped have not. */
const count = (file: string, isGood: boolean): { passed: number; failed: number } => {
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const { numPassedTests: passed, numTotalTests }: Report = JSON.parse(readFileSync(file, 'utf8'))
  return { passed, failed: isGood && passed > 0 ? 0 : Math.max(numTotalTests - passed, 1) }
}
