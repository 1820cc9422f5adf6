import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BundledFile } from '../scripts/bundle/bundle.ts'
import { inRepository } from './deployment.ts'

export const cacheDir = inRepository('node_modules/.cache/orrery/functions')

/** What a bundle can be made of. */
const sources = ['functions', 'layers', 'scripts/bundle', 'docs/query.md', 'package-lock.json']

/**
 * The folders that were made from the sources as they are now; makes them where there are none. One run bundles
 * once, however many of its processes ask.
 */
export const cachedFolders = async (
  make: () => Promise<Record<string, string>>,
): Promise<Record<string, string>> => {
  const record = join(cacheDir, `${await hashOfSources()}.json`)
  const known = await readRecord(record)
  if (known !== undefined && Object.values(known).every((folder) => existsSync(folder))) return known
  const folders = await make()
  await writeWhole(record, (unfinished) => writeFile(unfinished, JSON.stringify(folders)))
  return folders
}

const readRecord = async (record: string): Promise<Record<string, string> | undefined> =>
  existsSync(record) ? JSON.parse(await readFile(record, 'utf8')) : undefined

const hashOfSources = async (): Promise<string> => {
  const hash = createHash('sha256')
  for (const path of (await Promise.all(sources.map(filesOf))).flat().sort())
    hash
      .update(path)
      .update('\0')
      .update(await readFile(path))
  return hash.digest('hex').slice(0, 16)
}

const filesOf = async (source: string): Promise<string[]> => {
  const path = inRepository(source)
  if (/\.(json|md)$/.test(source)) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

/** A folder named for its content: the same content is the same folder. */
export const keepFolder = async (name: string, files: BundledFile[]): Promise<string> => {
  const hash = createHash('sha256')
  for (const { path, contents } of files) hash.update(`${path}\n${contents.length}\n`).update(contents)
  const folder = join(cacheDir, `${name}-${hash.digest('hex').slice(0, 16)}`)
  await writeWhole(folder, async (unfinished) => {
    for (const { path, contents } of files) {
      await mkdir(dirname(join(unfinished, path)), { recursive: true })
      await writeFile(join(unfinished, path), contents)
    }
  })
  return folder
}

/** It is there whole or not at all, and two processes may write the same at once. */
const writeWhole = async (path: string, write: (unfinished: string) => Promise<void>): Promise<void> => {
  if (existsSync(path)) return
  const unfinished = `${path}.${randomUUID()}`
  await mkdir(dirname(path), { recursive: true })
  await write(unfinished)
  try {
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { recursive: true })
    if (!existsSync(path)) throw error
  }
}
