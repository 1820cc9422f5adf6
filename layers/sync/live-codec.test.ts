import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLiveDecoder, encodeLive, liveMessages } from './live-codec.ts'
import type { LiveTick } from './live-ticks.ts'

const place = fc.tuple(...[1, 2, 3].map(() => fc.double({ noNaN: true }))) as unknown as fc.Arbitrary<
  [number, number, number]
>
const tick: fc.Arbitrary<LiveTick> = fc
  .record({ tick: fc.nat(), moves: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'é', ''), place)) })
  .map(({ tick: at, moves }) => ({
    ...{ tick: at, seq: 1, timestamp: 't', ticks: 1, isCut: false, digests: [], moves: new Map(moves) },
  }))

const encoded = ({ moves, ...rest }: LiveTick): Uint8Array => {
  const ids = [...moves.keys()].flatMap((id) => {
    const bytes = Buffer.from(id)
    return [bytes.length, 0, ...bytes]
  })
  const positions = Float64Array.from([...moves.values()].flat())
  return encodeLive({ ...rest, count: moves.size, ids: Uint8Array.from(ids), positions })
}

test('a follower reads what the physics has told, however it is cut, be it of the same bodies or others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tick), fc.integer({ min: 1, max: 100 }), async (ticks, chunk) => {
      const bytes = Buffer.concat(ticks.map(encoded))
      async function* chunks() {
        for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
      }
      const decode = createLiveDecoder()
      const read: LiveTick[] = []
      for await (const message of liveMessages(chunks())) read.push(decode(message))
      expect(read).toEqual(ticks)
    }),
  )
})
