import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DataDirectoryInUse, isDataDirectoryInUse, lockDataDirectory } from './data-lock.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'orrery-lock-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

it('refuses a second holder, names the first, and can be taken again when it is given back', () => {
  const release = lockDataDirectory(dataDir, 'http://127.0.0.1:1')
  expect(() => lockDataDirectory(dataDir, 'http://127.0.0.1:2')).toThrow(DataDirectoryInUse)
  expect(() => lockDataDirectory(dataDir, 'http://127.0.0.1:2')).toThrow(
    `process ${process.pid}, http://127.0.0.1:1`,
  )
  expect(isDataDirectoryInUse(dataDir)).toBe(true)
  release()
  expect(isDataDirectoryInUse(dataDir)).toBe(false)
  expect(existsSync(join(dataDir, 'lock'))).toBe(false)
  lockDataDirectory(dataDir, 'http://127.0.0.1:2')()
})

it('is free as soon as its holder was killed', async () => {
  const module = new URL('./data-lock.ts', import.meta.url).href
  const program = `
    import { lockDataDirectory } from ${JSON.stringify(module)}
    lockDataDirectory(${JSON.stringify(dataDir)}, 'http://127.0.0.1:3')
    console.log('locked')
    setInterval(() => {}, 60_000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program])
  try {
    await once(holder.stdout, 'data')
    expect(() => lockDataDirectory(dataDir, '')).toThrow(`process ${holder.pid}, http://127.0.0.1:3`)
  } finally {
    holder.kill('SIGKILL')
    await once(holder, 'exit')
  }
  lockDataDirectory(dataDir, '')()
})
