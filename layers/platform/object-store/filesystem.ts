import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { type ByteRange, checkKey, checkPrefix, type ObjectStore } from './object-store.ts'

/** No key begins with a dot, so half-written files are never listed. */
const temporaryPrefix = '.tmp-'

/** Objects as files under `root`, which is made when it is missing. Any number of processes may share it. */
export const filesystemObjectStore = (root: string): ObjectStore => {
  const base = resolve(root)
  return {
    put: async (key, bytes) => {
      checkKey(key)
      const path = join(base, key)
      await mkdir(dirname(path), { recursive: true })
      const temporary = join(dirname(path), `${temporaryPrefix}${randomUUID()}`)
      try {
        await writeDurably(temporary, bytes)
        await rename(temporary, path)
        await syncFolder(dirname(path))
        await dropAbandoned(dirname(path))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },

    get: async (key, range) => {
      checkKey(key)
      const path = join(base, key)
      return (range === undefined ? readFile(path) : readRange(path, range)).catch(absent)
    },

    list: async (prefix) => {
      checkPrefix(prefix)
      const entries = await readdir(join(base, prefix), { recursive: true, withFileTypes: true }).catch(
        absent,
      )
      return (entries ?? [])
        .filter((entry) => entry.isFile() && !entry.name.startsWith(temporaryPrefix))
        .map((entry) => relative(base, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort()
    },

    delete: async (key) => {
      checkKey(key)
      await rm(join(base, key), { force: true })
    },
  }
}

const abandonedAfterMs = 3_600_000

/** What a killed process had begun to write. */
const dropAbandoned = async (folder: string): Promise<void> => {
  for (const name of (await readdir(folder)).filter((name) => name.startsWith(temporaryPrefix))) {
    const path = join(folder, name)
    const { mtimeMs } = (await stat(path).catch(absent)) ?? { mtimeMs: Number.POSITIVE_INFINITY }
    if (mtimeMs < Date.now() - abandonedAfterMs) await rm(path, { force: true })
  }
}

const readRange = async (path: string, { start, length }: ByteRange): Promise<Buffer> => {
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const writeDurably = async (path: string, bytes: Uint8Array): Promise<void> => {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A rename is durable when its folder is. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** A key below a file names nothing either. */
const absent = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR' && error.code !== 'EISDIR') throw error
}
