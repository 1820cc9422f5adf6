import { createHash } from 'node:crypto'
import { mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { OverflowKey, OverflowRequest, OverflowSpool } from './overflow.ts'
import {
  appendToSpoolFile,
  createSpoolFile,
  readLine,
  readLines,
  recoverSpoolFile,
  removeSpoolFile,
  setAside,
  setFileAside,
  writeSpoolOffset,
} from './spool-file.ts'

interface PendingAppend {
  requestId: string
  line: Buffer
  done(): void
  fail(error: unknown): void
}

/** A diverted world, in memory; it is the marker, and stands before its file does. */
interface Spool {
  key: OverflowKey
  path: string
  /** Up to here the file is durable; 0 while there is no file. */
  size: number
  /** The first entry that was not applied. */
  offset: number
  pending: PendingAppend[]
  /** Ids of the requests from `offset` to `size`. */
  waiting: Set<string>
  /** Settles when what writes to the file, or removes it, is done; never rejects. */
  writing: Promise<unknown>
  draining: Promise<unknown>
  /** While the last requests are applied: whoever asks for the marker waits until this settles. */
  closing: Promise<void> | undefined
}

type Spools = Map<string, Spool>

const suffix = '.ndjson'
// what one write takes at most, so that its buffer stays small beside requests of up to 5 MB
const flushBytes = 16 << 20
// what one drain has under way: one by one, requests would come faster than they could be applied
const windowBytes = 1 << 20

/**
 * The overflow in files of `directory`, one for each diverted world. One process uses a directory at a time.
 * Appends that wait for the disk together share one write and one sync.
 */
export const createFilesystemOverflow = async (directory: string): Promise<OverflowSpool> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const spools: Spools = new Map()
  for (const file of await readdir(directory)) await recover(spools, directory, file)
  return {
    isDiverted: (key) => isDiverted(spools, nameOf(key)),
    divert: (key, request) => {
      const spool = spools.get(nameOf(key)) ?? addSpool(spools, directory, key)
      return append(spool, request)
    },
    drain: (key, apply) => {
      const spool = spools.get(nameOf(key))
      if (spool === undefined) return Promise.resolve(0)
      return inTurn(spool, 'draining', () => drainSpool(spools, spool, apply))
    },
    divertedKeys: async () => [...spools.values()].map(({ key }) => key),
    isWaiting: async (key, requestId) => spools.get(nameOf(key))?.waiting.has(requestId) ?? false,
  }
}

const isDiverted = async (spools: Spools, name: string): Promise<boolean> => {
  for (;;) {
    const spool = spools.get(name)
    if (spool === undefined) return false
    if (spool.closing === undefined) return true
    await spool.closing
  }
}

// world names hold characters that file names may not
const nameOf = ({ tenantId, world }: OverflowKey): string =>
  createHash('sha256')
    .update(JSON.stringify([tenantId, world]))
    .digest('hex')

const addSpool = (spools: Spools, directory: string, { tenantId, world }: OverflowKey): Spool => {
  const key = { tenantId, world }
  const path = join(directory, `${nameOf(key)}${suffix}`)
  const spool: Spool = {
    ...{ key, path, size: 0, offset: 0 },
    ...{
      pending: [],
      waiting: new Set(),
      writing: Promise.resolve(),
      draining: Promise.resolve(),
      closing: undefined,
    },
  }
  spools.set(nameOf(key), spool)
  return spool
}

const recover = async (spools: Spools, directory: string, file: string): Promise<void> => {
  const path = join(directory, file)
  if (file.endsWith('.new')) return unlink(path)
  if (!file.endsWith(suffix)) return
  const recovered = await recoverSpoolFile(path)
  if (recovered === undefined) return setFileAside(path)
  const { header, size } = recovered
  const spool = Object.assign(addSpool(spools, directory, header), { size, offset: header.offset })
  await recoverIds(spool)
}

const recoverIds = async ({ path, offset, size, waiting }: Spool): Promise<void> => {
  for (let position = offset; position < size; ) {
    const line = await readLine(path, position, size)
    if (line === undefined) return
    const request = parse(line.text)
    if (request !== undefined) waiting.add(request.requestId)
    position = line.end
  }
}

/** Runs `work` when the earlier work of that kind on this spool has ended, however it ended. */
const inTurn = <T>(spool: Spool, kind: 'writing' | 'draining', work: () => Promise<T>): Promise<T> => {
  const result = spool[kind].then(work)
  spool[kind] = result.catch(() => {})
  return result
}

const append = (spool: Spool, request: OverflowRequest): Promise<void> =>
  new Promise((done, fail) => {
    const { requestId } = request
    spool.pending.push({ requestId, line: Buffer.from(`${JSON.stringify(request)}\n`), done, fail })
    // the first turn takes all that waits by then; most others find nothing
    void inTurn(spool, 'writing', () => flush(spool))
  })

// one group a turn: under a stream of appends that never ends, whoever waits for a turn behind still gets it
const flush = async (spool: Spool): Promise<void> => {
  if (spool.pending.length === 0) return
  const group = takeGroup(spool.pending)
  try {
    await write(spool, Buffer.concat(group.map(({ line }) => line)))
    for (const { requestId, done } of group) {
      spool.waiting.add(requestId)
      done()
    }
  } catch (error) {
    for (const { fail } of group) fail(error)
  }
}

const write = async (spool: Spool, lines: Buffer): Promise<void> => {
  if (spool.size === 0) {
    spool.size = await createSpoolFile(spool.path, spool.key.tenantId, spool.key.world)
    spool.offset = spool.size
  }
  await appendToSpoolFile(spool.path, spool.size, lines)
  spool.size += lines.length
}

const takeGroup = (pending: PendingAppend[]): PendingAppend[] => {
  let bytes = 0
  const after = pending.findIndex(({ line }, index) => {
    bytes += line.length
    return index > 0 && bytes > flushBytes
  })
  return pending.splice(0, after < 0 ? pending.length : after)
}

const drainSpool = async (
  spools: Spools,
  spool: Spool,
  apply: (request: OverflowRequest) => Promise<void>,
): Promise<number> => {
  let applied = 0
  let closed = () => {}
  try {
    // another drain may have emptied and removed it while this one waited
    while (spools.get(nameOf(spool.key)) === spool) {
      // clients that never pause would keep it from ever being empty: the last stretch they wait for
      if (spool.closing === undefined && spool.size - spool.offset <= windowBytes) {
        spool.closing = new Promise((done) => {
          closed = done
        })
      }
      const entries = await readWindow(spool)
      if (entries.length === 0) await inTurn(spool, 'writing', () => removeIfEmpty(spools, spool))
      else applied += await applyWindow(spool, entries, apply)
    }
  } finally {
    spool.closing = undefined
    closed()
  }
  return applied
}

interface Entry {
  text: string
  /** Position behind its line. */
  end: number
}

const readWindow = async ({ path, offset, size }: Spool): Promise<Entry[]> =>
  offset < size ? readLines(path, offset, size, windowBytes) : []

/** Starts them all in order, so that the writer can commit them together; notes the prefix that was applied. */
const applyWindow = async (
  spool: Spool,
  entries: Entry[],
  apply: (request: OverflowRequest) => Promise<void>,
): Promise<number> => {
  const requests = entries.map(({ text }) => parse(text))
  const results = await Promise.allSettled(
    requests.map((request) => (request === undefined ? undefined : apply(request))),
  )
  const failed = results.findIndex(({ status }) => status === 'rejected')
  const done = failed < 0 ? entries.length : failed
  for (const [index, { text }] of entries.slice(0, done).entries()) {
    if (requests[index] === undefined) await setAside(spool.path, text)
  }
  if (done > 0) {
    spool.offset = entries[done - 1]!.end
    await writeSpoolOffset(spool.path, spool.offset)
  }
  for (const request of requests.slice(0, done))
    if (request !== undefined) spool.waiting.delete(request.requestId)
  if (failed >= 0) throw (results[failed] as PromiseRejectedResult).reason
  return requests.filter((request) => request !== undefined).length
}

/** Undefined for what a power cut tore in the middle of an append that was never acknowledged. */
const parse = (text: string): OverflowRequest | undefined => {
  try {
    return JSON.parse(text) as OverflowRequest
  } catch {
    return undefined
  }
}

const removeIfEmpty = async (spools: Spools, spool: Spool): Promise<void> => {
  if (spool.offset < spool.size) return
  if (spool.size > 0) await removeSpoolFile(spool.path)
  spool.size = 0
  spool.offset = 0
  // what came while the file went makes a new one, and the marker stands on
  if (spool.pending.length === 0) spools.delete(nameOf(spool.key))
}
