import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { batchCompression, sha256Of } from '#ledger/archive-batch'
import type { ObjectStore } from '#platform/object-store/object-store'

/** A row as the archive has it: PostgreSQL's JSON of the whole row, exact to the last bit of each number. */
export interface ArchivedRow {
  /** Whose it is; '' where rows are sorted by seq. */
  id: string
  start: number
  end: number
  text: string
}

/** An object of the archive is missing, or is not what was put there. */
class BatchDamaged extends Error {
  readonly code = 'batch-damaged'
  readonly key: string

  constructor(key: string, why: string) {
    super(`the archived batch ${key} is damaged: ${why}`)
    this.key = key
  }
}

export interface StoredBatch {
  bytes: number
  /** Hex. */
  sha256: string
}

/** One line each: [id, start, end] and the row. */
const encodeRows = (rows: readonly ArchivedRow[]): Promise<Buffer> => {
  const lines = rows.map(({ id, start, end, text }) => `${JSON.stringify([id, start, end])}\t${text}\n`)
  return promisify(zstdCompress)(Buffer.from(lines.join('')), batchCompression)
}

const lineOf = (line: string): ArchivedRow => {
  const tab = line.indexOf('\t')
  const [id, start, end] = JSON.parse(line.slice(0, tab))
  return { id, start, end, text: line.slice(tab + 1) }
}

/** A batch's text: chunks are read by 32 MB, and an event may have 4. */
const maxPlainBytes = 2 ** 30

/** Puts rows (at least one) into the archive, and reads them back. @throws BatchDamaged where something else comes back. */
export const putBatch = async (
  objects: ObjectStore,
  key: string,
  rows: readonly ArchivedRow[],
): Promise<StoredBatch> => {
  const bytes = await encodeRows(rows)
  const sha256 = sha256Of(bytes)
  await objects.put(key, bytes)
  const back = await getBatch(objects, key, sha256)
  if (back.length !== rows.length || back.some(({ text }, at) => text !== rows[at]!.text))
    throw new BatchDamaged(key, 'it holds other rows than were put there')
  return { bytes: bytes.length, sha256 }
}

/** @throws BatchDamaged */
export const getBatch = async (objects: ObjectStore, key: string, sha256: string): Promise<ArchivedRow[]> => {
  const bytes = await objects.get(key)
  if (bytes === undefined) throw new BatchDamaged(key, 'it is missing')
  if (sha256Of(bytes) !== sha256) throw new BatchDamaged(key, `its SHA-256 is not ${sha256}`)
  const plain = await promisify(zstdDecompress)(bytes, { maxOutputLength: maxPlainBytes }).catch(
    (error: Error) => {
      throw new BatchDamaged(key, error.message)
    },
  )
  return plain.toString().split('\n').slice(0, -1).map(lineOf)
}

export const batchKey = (worldId: string, table: string, batchId: string): string =>
  `retained/${worldId}/${table}/${batchId}.zst`

const maxRows = 5_000
const maxBytes = 8 * 2 ** 20

/** Rows in the order of their batches, cut where a batch is full; rows of one entity, or seq, stay together. */
export const cutBatches = (rows: readonly ArchivedRow[]): ArchivedRow[][] => {
  const batches: ArchivedRow[][] = []
  let bytes = 0
  let of: string | number | undefined
  for (const row of rows) {
    const key = row.id === '' ? row.end : row.id
    const isFull = (batches.at(-1)?.length ?? maxRows) >= maxRows || bytes >= maxBytes
    if (isFull && key !== of) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)!.push(row)
    bytes += row.text.length
    of = key
  }
  return batches
}
