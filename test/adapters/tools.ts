import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A program that a database here needs is not on this machine. */
export class ToolMissing extends Error {
  readonly code = 'tool-missing'
}

/** @throws ToolMissing with the command that installs it. */
export const needTool = (program: string, args: string[], install: string): void => {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
  } catch (cause) {
    throw new ToolMissing(`${program} is missing: ${install}`, { cause })
  }
}

const cacheDir = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

/** A folder below node_modules/.cache that `make` fills once; what was begun and not finished is begun anew. */
export const madeOnce = async (name: string, make: (folder: string) => Promise<unknown>): Promise<string> => {
  const folder = join(cacheDir, name)
  const whole = join(folder, 'installed')
  if (existsSync(whole)) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  console.log(`fetching ${name}`)
  await make(folder)
  writeFileSync(whole, '')
  return folder
}
