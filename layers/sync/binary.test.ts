import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binaryEncoder } from './binary.ts'
import type { Cast } from './casts.ts'
import type { Fact, Position } from './facts.ts'
import type { Frame } from './frame.ts'
import { type Telling, textEncoder } from './messages.ts'
import { createNumbers } from './numbers.ts'
import type { StreamEncoder } from './stream-encoder.ts'
import { createBinaryReader } from './test-binary.ts'

const id = fc.constantFrom('a', 'b', 'c', 'é', '💠', 'x'.repeat(256))
const position = fc.tuple(
  ...([1, 2, 3].map(() => fc.double({ noNaN: true, noDefaultInfinity: true })) as [
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
  ]),
)

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.constant({ kind: 'deleted' as const }),
  fc.record({
    kind: fc.constant('created' as const),
    entity: fc.record({ id, classType: fc.string(), position, parameters: fc.object() }),
  }) as fc.Arbitrary<Fact>,
  fc
    .record({ field: fc.constantFrom('position', 'name'), oldValue: fc.jsonValue(), newValue: position })
    .chain((change) =>
      fc.constantFrom(change, { ...change, newValue: undefined }, { ...change, oldValue: undefined }),
    )
    .map((change) => ({ kind: 'updated', changes: [{ entityId: 'a', ...change }] }) as Fact),
)

const frame: fc.Arbitrary<Frame> = fc
  .record({
    facts: fc.array(fc.tuple(id, fact), { maxLength: 3 }),
    moves: fc.array(fc.tuple(id, position), { maxLength: 6 }),
    lists: fc.option(fc.record({ entered: fc.array(id), left: fc.array(id) }), { nil: undefined }),
  })
  .map(({ facts, moves, lists }) => ({
    ...{ from: { seq: 2 ** 40, tick: 1 }, to: { seq: 2 ** 40, tick: 2 }, ticks: 1, timestamp: 't' },
    ...{ facts: new Map(facts), moves: new Map(moves), ...lists },
  }))

const telling = (limit?: number): Telling => ({
  groupOf: (classType) => (classType.length > 3 ? 'npcs' : 'entities'),
  classOf: (known) => (known === 'a' ? 'Long' : undefined),
  numbers: createNumbers(limit),
})

/** What the text says. */
const said = (encoder: StreamEncoder, told: Frame, cast: Cast): unknown => {
  const [idLine, dataLine] = (encoder.frame(told, cast) as string).split('\n')
  return { id: idLine!.slice('id: '.length), ...JSON.parse(dataLine!.slice('data: '.length)) }
}

const cast = fc.constantFrom<Cast>('limited', 'full')

describe('the binary encoding', () => {
  test('says what the text says, whenever a stream begins, cut anywhere, and when the numbers begin anew', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(cast, fc.nat({ max: 5 })), { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat({ max: 4 }), { nil: undefined }),
        fc.integer({ min: 1, max: 50 }),
        (frames, streams, limit, chunk) => {
          const world = telling(limit)
          const text = textEncoder(world)
          const open = streams.map(([wanted, start]) => ({
            ...{ wanted, start, encoder: binaryEncoder(world), read: createBinaryReader() },
          }))
          for (const [at, told] of frames.entries())
            for (const { wanted, start, encoder, read } of open) {
              if (at < start) continue
              const bytes = encoder.frame(told, wanted) as Uint8Array
              const messages = []
              for (let from = 0; from < bytes.length; from += chunk)
                messages.push(...read(bytes.subarray(from, from + chunk)))
              expect(messages).toEqual([said(text, told, wanted)])
            }
        },
      ),
    )
  })

  test('a frame is encoded once for streams that know its names', () => {
    const world = telling()
    const [first, second] = [binaryEncoder(world), binaryEncoder(world)]
    const moves = new Map<string, Position>([['a', [1, 2, 3]]])
    const cursors = { from: { seq: 1, tick: 1 }, to: { seq: 1, tick: 2 } }
    const made = (): Frame => ({ ...cursors, timestamp: '', ticks: 1, facts: new Map(), moves })
    const introduced = made()
    const bytes = first.frame(introduced, 'limited')
    expect(second.frame(introduced, 'limited')).toBe(bytes)
    const next = made()
    const known = first.frame(next, 'limited')
    expect(second.frame(next, 'limited')).toBe(known)
    expect(known.length).toBeLessThan(bytes.length)
  })

  test('other messages have their cursor as id', () => {
    const bytes = binaryEncoder(telling()).message(
      { type: 'heartbeat', from: '0.0', cursor: '5.7' },
      { seq: 5, tick: 7 },
    )
    expect(createBinaryReader()(bytes as Uint8Array)).toEqual([
      { id: '5.7', type: 'heartbeat', from: '0.0', cursor: '5.7' },
    ])
  })
})
