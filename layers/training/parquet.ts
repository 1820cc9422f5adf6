import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer'
import { type Column, columns, schemaElements } from './parquet-columns.ts'
import { formatVersion, type Sample } from './sample.ts'

/** Of a row group: what of a file is in memory at once. */
const rowGroupRows = 10_000

/**
 * One Parquet file of the samples, in pieces: a row group for each `rowGroupRows`. The same samples are the same bytes: the
 * writer, its compression included, is plain JavaScript that knows no time and no machine.
 */
export async function* parquetPieces(pages: AsyncIterable<Sample[]>): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    ...{ writer: bytes, schema: schemaElements },
    createdBy: `orrery training samples, version ${formatVersion}`,
  })
  let rows: Sample[] = []
  const group = (samples: Sample[]): Uint8Array => {
    writer.write({
      columnData: columns.map((column) => columnOf(column, samples)),
      rowGroupSize: rowGroupRows,
    })
    return taken(bytes)
  }
  for await (const page of pages) {
    rows.push(...page)
    for (; rows.length >= rowGroupRows; rows = rows.slice(rowGroupRows))
      yield group(rows.slice(0, rowGroupRows))
  }
  if (rows.length > 0) yield group(rows)
  writer.finish()
  yield taken(bytes)
}

const columnOf = ({ name, of }: Column, samples: Sample[]): ColumnSource => ({
  ...{ name, data: samples.map(of), offsetIndex: false },
})

/** What was written since the last time; the writer goes on counting from where it was. */
const taken = (bytes: ByteWriter): Uint8Array => {
  const piece = bytes.getBytes().slice()
  bytes.index = 0
  return piece
}
