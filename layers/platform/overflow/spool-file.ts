import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readFile, rename, truncate, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * The file of one diverted world. Its first line is a header of JSON whose `offset`, the position of the
 * first entry that was not applied, has a fixed width and is overwritten in place; it lies in the file's
 * first sector, which a disk writes whole. Every other line is one entry, in order. That the file exists is
 * the marker: removing it removes marker, entries and offset in one step.
 */
export interface SpoolHeader {
  tenantId: string
  world: string
  offset: number
}

const offsetDigits = 16
const offsetPosition = '{"offset":'.length
const newline = 0x0a
// most entries are small, and some have 5 MB
const firstReadBytes = 1 << 14
const readBytes = 1 << 20

const formatHeader = ({ tenantId, world, offset }: SpoolHeader): string =>
  `{"offset":${String(offset).padStart(offsetDigits)},${JSON.stringify({ tenantId, world }).slice(1)}\n`

/** Makes the file with its header, durably, and returns its size. It appears under its name complete. */
export const createSpoolFile = async (path: string, tenantId: string, world: string): Promise<number> => {
  const size = Buffer.byteLength(formatHeader({ tenantId, world, offset: 0 }))
  const temporary = `${path}.${randomUUID()}.new`
  await withFile(temporary, 'wx', async (file) => {
    await file.writeFile(formatHeader({ tenantId, world, offset: size }))
    await file.datasync()
  })
  await rename(temporary, path)
  await syncDirectory(dirname(path))
  return size
}

/** Appends the bytes durably at `size`; what an earlier append left behind it when it failed is cut off. */
export const appendToSpoolFile = (path: string, size: number, lines: Buffer): Promise<void> =>
  withFile(path, 'r+', async (file) => {
    if ((await file.stat()).size > size) await file.truncate(size)
    await writeAll(file, lines, size)
    await file.datasync()
  })

/** Durably notes that every entry before `offset` was applied. */
export const writeSpoolOffset = (path: string, offset: number): Promise<void> =>
  withFile(path, 'r+', async (file) => {
    await writeAll(file, Buffer.from(String(offset).padStart(offsetDigits)), offsetPosition)
    await file.datasync()
  })

/** Needs no sync: a file that a power cut brings back has no entry that was not applied. */
export const removeSpoolFile = (path: string): Promise<void> => unlink(path)

/**
 * Reads the header and the size up to which the file holds whole lines; the start of a line that a crash
 * cut off was never acknowledged, and is cut away. Undefined where not even the header is readable.
 */
export const recoverSpoolFile = async (
  path: string,
): Promise<{ header: SpoolHeader; size: number } | undefined> => {
  const size = await withFile(path, 'r', async (file) => lastLineEnd(file, (await file.stat()).size))
  if (size === 0) return undefined
  const line = await readLine(path, 0, size)
  const header = line === undefined ? undefined : parseHeader(line.text)
  if (header === undefined) return undefined
  await truncate(path, size)
  return { header, size }
}

const parseHeader = (text: string): SpoolHeader | undefined => {
  try {
    const header = JSON.parse(text) as Partial<SpoolHeader>
    const isComplete =
      typeof header.tenantId === 'string' &&
      typeof header.world === 'string' &&
      Number.isInteger(header.offset)
    return isComplete ? (header as SpoolHeader) : undefined
  } catch {
    return undefined
  }
}

/** The position behind the last newline before `size`; 0 where there is none. */
const lastLineEnd = async (file: FileHandle, size: number): Promise<number> => {
  const buffer = Buffer.alloc(readBytes)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - readBytes)
    const { bytesRead } = await file.read(buffer, 0, end - start, start)
    const found = buffer.subarray(0, bytesRead).lastIndexOf(newline)
    if (found >= 0) return start + found + 1
    end = start
  }
  return 0
}

/** The line that starts at `offset`, and the position behind it; undefined where none ends before `size`. */
export const readLine = (
  path: string,
  offset: number,
  size: number,
): Promise<{ text: string; end: number } | undefined> =>
  withFile(path, 'r', async (file) => {
    const parts: Buffer[] = []
    let chunkBytes = firstReadBytes
    for (let position = offset; position < size; chunkBytes = Math.min(readBytes, chunkBytes * 4)) {
      const buffer = Buffer.alloc(Math.min(chunkBytes, size - position))
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
      if (bytesRead === 0) return undefined
      const found = buffer.subarray(0, bytesRead).indexOf(newline)
      parts.push(buffer.subarray(0, found < 0 ? bytesRead : found))
      if (found >= 0) return { text: Buffer.concat(parts).toString(), end: position + found + 1 }
      position += bytesRead
    }
    return undefined
  })

/**
 * Whole lines from `offset` on, as many as `bytes` hold, or one that is longer than that; each with the
 * position behind it.
 */
export const readLines = async (
  path: string,
  offset: number,
  size: number,
  bytes: number,
): Promise<{ text: string; end: number }[]> => {
  const length = Math.min(bytes, size - offset)
  const chunk = await withFile(path, 'r', async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  })
  const lines: { text: string; end: number }[] = []
  for (
    let start = 0, end = chunk.indexOf(newline);
    end >= 0;
    start = end + 1, end = chunk.indexOf(newline, start)
  ) {
    lines.push({ text: chunk.toString('utf8', start, end), end: offset + end + 1 })
  }
  if (lines.length > 0 || length === size - offset) return lines
  const long = await readLine(path, offset, size)
  return long === undefined ? [] : [long]
}

/** Keeps for a person to look at what cannot be read and so cannot be applied. */
export const setAside = async (path: string, text: string): Promise<void> => {
  await withFile(`${path}.damaged`, 'a', async (file) => {
    await file.writeFile(`${text}\n`)
    await file.datasync()
  })
}

export const setFileAside = async (path: string): Promise<void> => {
  await setAside(path, await readFile(path, 'utf8'))
  await removeSpoolFile(path)
}

const withFile = async <T>(
  path: string,
  flags: string,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> => {
  const file = await open(path, flags, 0o600)
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

const writeAll = async (file: FileHandle, bytes: Buffer, position: number): Promise<void> => {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written)
    written += bytesWritten
  }
}

const syncDirectory = async (path: string): Promise<void> => {
  // Windows cannot open a directory; its file systems keep names in their own journal
  if (process.platform === 'win32') return
  await withFile(path, 'r', (directory) => directory.sync())
}
