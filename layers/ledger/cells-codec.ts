import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Cell, Cells } from './cells.ts'

/** A cell as JSON: `[count, weightSum, activitySum, activitySquares, commitId, commitEnd, windowEnd, spans]`. */
export const cellToJson = (cell: Cell): unknown[] => [
  ...[cell.count, cell.weightSum, cell.activitySum, cell.activitySquares].map(String),
  ...[cell.commitId, cell.commitEnd, cell.windowEnd],
  cell.spans.map((span) => [span.epochStart, span.epochEnd, span.commitId, String(span.weightSum)]),
]

type CellJson = [string, string, string, string, string, number, number, [number, number, string, string][]]

export const cellFromJson = (json: unknown): Cell => {
  const [count, weightSum, activitySum, activitySquares, commitId, commitEnd, windowEnd, spans] =
    json as CellJson
  return {
    ...{ count: BigInt(count), weightSum: BigInt(weightSum) },
    ...{ activitySum: BigInt(activitySum), activitySquares: BigInt(activitySquares) },
    ...{ commitId, commitEnd, windowEnd },
    spans: spans.map(([epochStart, epochEnd, id, weight]) => ({
      ...{ epochStart, epochEnd, commitId: id, weightSum: BigInt(weight) },
    })),
  }
}

/** Cells as bytes, for stores of values: JSON under zstd. */
export const encodeCells = (cells: Cells): Buffer =>
  zstdCompressSync(JSON.stringify([...cells].map(([region, cell]) => [region, cellToJson(cell)])))

const maxPlainBytes = 2 ** 30

export const decodeCells = (bytes: Uint8Array): Cells => {
  const text = zstdDecompressSync(bytes, { maxOutputLength: maxPlainBytes }).toString()
  return new Map(
    (JSON.parse(text) as [string, unknown][]).map(([region, json]) => [region, cellFromJson(json)]),
  )
}
