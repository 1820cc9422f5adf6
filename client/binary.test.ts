import { encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binaryEncoding } from './binary.ts'
import { readMessage } from './messages.ts'

const framed = (message: unknown): Uint8Array => {
  const body = encode(message)
  const length = new DataView(new ArrayBuffer(4))
  length.setUint32(0, body.length)
  return new Uint8Array([...new Uint8Array(length.buffer), ...body])
}

const moved = (moves: [number, number, number, number][]) => {
  const i = new Uint8Array(moves.length * 4)
  const p = new Uint8Array(moves.length * 24)
  moves.forEach(([number, ...position], row) => {
    new DataView(i.buffer).setUint32(row * 4, number, true)
    position.forEach((at, axis) => {
      new DataView(p.buffer).setFloat64(row * 24 + axis * 8, at, true)
    })
  })
  return { i, p }
}

const snapshot = (changes: object, more: object = {}) => ({
  ...{
    type: 'snapshot',
    from: '5.10',
    cursor: '5.11',
    tick: 11,
    seq: 5,
    ticks: 1,
    timestamp: 't',
    changes,
    ...more,
  },
})

const readAll = (chunks: Uint8Array[]) => chunks.flatMap(binaryEncoding.createReader())

describe('the binary encoding', () => {
  it('says what JSON says, cut anywhere', () => {
    const moves = fc.array(
      fc.tuple(
        fc.nat({ max: 3 }),
        ...([1, 2, 3].map(() => fc.double({ noNaN: true })) as [
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
        ]),
      ),
    )
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 5 }), fc.array(fc.nat({ max: 40 })), (ticks, sizes) => {
        const ids = ['a', 'b', 'Ü', '💠']
        const names = ids.map((id, number) => [number, id])
        const messages = ticks.map((tick, n) => snapshot({ moved: moved(tick) }, n === 0 ? { names } : {}))
        const bytes = new Uint8Array(messages.flatMap((message) => [...framed(message)]))
        const chunks: Uint8Array[] = []
        let at = 0
        for (const size of sizes) chunks.push(bytes.slice(at, (at += size)))
        chunks.push(bytes.slice(at))
        const expected = ticks.map((tick) =>
          readMessage(snapshot({ entityMoved: tick.map(([n, ...position]) => ({ id: ids[n], position })) })),
        )
        expect(readAll(chunks).map(readMessage)).toEqual(expected)
      }),
    )
  })

  it('leaves everything else as it is', () => {
    const hello = { type: 'hello', cursor: '5.10', world: 'w', cast: 'limited', heartbeatSeconds: 15 }
    const other = snapshot({ entityRemoved: ['x'] })
    expect(readAll([framed(hello), framed(other)])).toEqual([hello, other])
  })

  it('refuses a number without a name, columns of different lengths, and a length that cannot be', () => {
    expect(() => readAll([framed(snapshot({ moved: moved([[7, 0, 0, 0]]) }))])).toThrow(
      'stands for no entity',
    )
    const { i } = moved([[0, 0, 0, 0]])
    expect(() => readAll([framed(snapshot({ moved: { i, p: new Uint8Array(8) } }))])).toThrow('columns')
    expect(() => readAll([Uint8Array.of(255, 255, 255, 255)])).toThrow('too long')
  })
})
