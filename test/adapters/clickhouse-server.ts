import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { run } from '../deploy/run.ts'
import { madeOnce, needTools } from './tools.ts'

const release = 'chdb@3.4.0'

const script = fileURLToPath(new URL('clickhouse-process.ts', import.meta.url))

export interface LocalServer {
  url: string
  stop(): Promise<void>
}

/** ClickHouse in a process of its own, with an empty database `ledger`. Its package is 543 MB, fetched once. */
export const startClickHouse = async (): Promise<LocalServer> => {
  needTools('clickhouse')
  const installed = await madeOnce(release.replace('@', '-'), async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private": true}')
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, release], { cwd: folder })
  })
  const dataDir = mkdtempSync(join(tmpdir(), 'orrery-clickhouse-'))
  const child = spawn(process.execPath, [script, installed, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(dataDir, { recursive: true, force: true })
  }
  for await (const port of createInterface(child.stdout)) return { url: `http://127.0.0.1:${port}`, stop }
  await stop()
  throw new Error(`ClickHouse ended with code ${child.exitCode}`)
}
