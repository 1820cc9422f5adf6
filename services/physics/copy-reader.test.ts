import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createCopyReader } from './copy-reader.ts'

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')

const encode = (rows: (Buffer | null)[][]): Buffer => {
  const int = (bytes: number, value: number): Buffer => {
    const buffer = Buffer.alloc(bytes)
    buffer.writeIntBE(value, 0, bytes)
    return buffer
  }
  const field = (value: Buffer | null): Buffer[] =>
    value === null ? [int(4, -1)] : [int(4, value.length), value]
  const body = rows.flatMap((row) => [int(2, row.length), ...row.flatMap(field)])
  return Buffer.concat([signature, int(4, 0), int(4, 0), ...body, int(2, -1)])
}

const decode = (chunks: Buffer[]): (string | null)[][] => {
  const rows: (string | null)[][] = []
  const reader = createCopyReader(2, (bytes, view, offset) => {
    const row: (string | null)[] = []
    for (let at = offset, field = 0; field < 2; field++) {
      const length = view.getInt32(at)
      row.push(length < 0 ? null : bytes.toString('utf8', at + 4, at + 4 + length))
      at += 4 + Math.max(0, length)
    }
    rows.push(row)
  })
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  return rows
}

const cell = fc.option(fc.string({ maxLength: 10 }))

it('reads the same rows however they are cut into chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), fc.array(fc.nat(50)), (rows, cuts) => {
      const bytes = encode(rows.map((row) => row.map((text) => (text === null ? null : Buffer.from(text)))))
      const chunks: Buffer[] = []
      let at = 0
      for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)))
      chunks.push(bytes.subarray(at))
      expect(decode(chunks)).toEqual(rows)
    }),
  )
})

it('refuses data that ends early or has other columns', () => {
  const bytes = encode([[Buffer.from('a'), null]])
  expect(() => decode([bytes.subarray(0, -3)])).toThrow('ended in the middle')
  expect(() => decode([encode([[null]])])).toThrow('rows of 1 fields')
})
