import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readArrayFile, writeArrayFile } from './array-file.ts'
import { joinPlanes, splitPlanes } from './byte-planes.ts'
import { packIds, unpackIds } from './id-bytes.ts'
import { addId, allocateIds, findId, idString, removeId, restoreIds } from './id-table.ts'

const finished = <T>(work: Generator<void, T>): T => {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

it('planes give back the bytes that they were made of', () => {
  const input = fc.tuple(fc.constantFrom(1, 4, 8), fc.uint8Array({ maxLength: 400 }))
  fc.assert(
    fc.property(input, ([width, bytes]) => {
      const whole = bytes.slice(0, bytes.length - (bytes.length % width))
      expect(finished(joinPlanes(finished(splitPlanes(whole, width)), width))).toEqual(whole)
    }),
  )
})

it('the first plane has the first byte of each element', () => {
  expect(finished(splitPlanes(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 4))).toEqual(
    Uint8Array.of(1, 5, 2, 6, 3, 7, 4, 8),
  )
})

it('a file gives back doubles bit by bit, also more of them than one block has', async () => {
  const doubles = Float64Array.from({ length: 200_000 }, (_, index) => Math.sin(index) * 2 ** (index % 90))
  doubles.set([-0, Number.NaN, Number.POSITIVE_INFINITY, Number.MIN_VALUE])
  const arrays = { doubles, ints: Int32Array.of(-1, 7), bytes: Uint8Array.of(3), none: new Uint32Array(0) }
  const file = await writeArrayFile({ of: 'a test' }, arrays)
  const read = await readArrayFile(file)
  expect(read.header).toEqual({ of: 'a test' })
  expect(Buffer.from(read.arrays.doubles!.buffer).equals(Buffer.from(doubles.buffer))).toBe(true)
  expect([read.arrays.ints, read.arrays.bytes, read.arrays.none]).toEqual([
    ...[arrays.ints, arrays.bytes, arrays.none],
  ])
})

it('a file of another layout, a damaged head and a piece too much are refused', async () => {
  const file = await writeArrayFile({ of: 'a test' }, { bytes: Uint8Array.of(1, 2, 3) })
  const changed = (at: number): Buffer => {
    const copy = Buffer.from(file)
    copy[at]! ^= 1
    return copy
  }
  await expect(readArrayFile(changed(0))).rejects.toThrow('no array file')
  await expect(readArrayFile(changed(4))).rejects.toThrow('layout is 3, not 2')
  await expect(readArrayFile(changed(20))).rejects.toThrow('head is damaged')
  await expect(readArrayFile(changed(file.length - 1))).rejects.toThrow()
  await expect(readArrayFile(Buffer.concat([file, file]))).rejects.toThrow('bytes')
})

it('packed ids are those of the table in its order, without the removed ones', () => {
  const ids = allocateIds()
  for (const id of ['eins', '', 'zwei äöü', 'drei', 'x'.repeat(300)]) addId(ids, id)
  removeId(ids, findId(ids, 'zwei äöü'))
  const cut = { arena: ids.arena, offset: ids.offset.slice(0, ids.count) }
  const packed = finished(packIds(cut))
  const restored = restoreIds(ids.count, unpackIds(packed, ids.count))
  const names = Array.from({ length: ids.count }, (_, index) => idString(restored, index))
  expect(names).toEqual(['eins', '', 'x'.repeat(300), 'drei'])
  expect(findId(restored, 'drei')).toBe(3)
  expect(() => unpackIds(packed, ids.count - 1)).toThrow('ids take')
})
