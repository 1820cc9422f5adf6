import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { acceptsGzip, compressed } from './compress.ts'

const collect = async (stream: AsyncIterable<string | Uint8Array>): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(Buffer.from(piece as Uint8Array))
  return Buffer.concat(pieces)
}

const gzip = { 'accept-encoding': 'gzip' }

describe('compression', () => {
  test.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['deflate, GZip;q=0.5', true],
    ['br;q=1.0, *', true],
    ['gzip;q=0, *', false],
    ['identity', false],
  ])('%s: %s', (header, accepts) => expect(acceptsGzip(header)).toBe(accepts))

  test('leaves the answer as it is for who does not take it', () => {
    const output = { status: 200, body: { a: 1 } }
    expect(compressed({}, output)).toEqual({ ...output, headers: { vary: 'accept-encoding' } })
  })

  test('gives back what was there', async () => {
    const { status, headers, stream } = compressed(gzip, { status: 200, body: { text: 'é'.repeat(1_000) } })
    expect({ status, headers }).toEqual({
      status: 200,
      headers: { 'content-encoding': 'gzip', vary: 'accept-encoding' },
    })
    const bytes = await collect(stream!)
    expect(bytes.length).toBeLessThan(200)
    expect(JSON.parse(gunzipSync(bytes).toString())).toEqual({ text: 'é'.repeat(1_000) })
  })

  test('lets each piece go before the next is there', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    async function* pieces() {
      yield 'first'
      await held
      yield 'second'
    }
    const reader = compressed(gzip, { status: 200, stream: pieces() }).stream![Symbol.asyncIterator]()
    const got: Buffer[] = []
    const told = () => {
      const bytes = Buffer.concat(got)
      // an unfinished stream is no error to look into
      return bytes.length > 10 ? gunzipSync(bytes, { finishFlush: 2 }).toString() : ''
    }
    while (told() !== 'first') got.push(Buffer.from((await reader.next()).value as Uint8Array))
    release()
    for (let next = await reader.next(); next.done !== true; next = await reader.next())
      got.push(Buffer.from(next.value as Uint8Array))
    expect(told()).toBe('firstsecond')
  })

  test('a source that fails fails the answer, and one that is not read to its end is ended', async () => {
    async function* failing() {
      yield 'a'
      throw new Error('gone')
    }
    await expect(collect(compressed(gzip, { status: 200, stream: failing() }).stream!)).rejects.toThrow(
      'gone',
    )
    let isEnded = false
    async function* endless() {
      try {
        for (;;) yield 'more'
      } finally {
        isEnded = true
      }
    }
    for await (const _ of compressed(gzip, { status: 200, stream: endless() }).stream!) break
    await expect.poll(() => isEnded).toBe(true)
  })
})
