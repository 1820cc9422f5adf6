import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { bufferResponse } from './buffer-response.ts'

const buffered = (pieces: (string | Uint8Array)[]) =>
  bufferResponse(
    { statusCode: 200, headers: { 'x-request-id': 'r' }, body: Readable.from(pieces) },
    (error) => {
      throw error
    },
  )

test('a text that comes in pieces is sent whole', async () => {
  expect(await buffered(['a', 'b'])).toMatchObject({ statusCode: 200, body: 'ab' })
})

test('a binary stream is refused where the host collects texts', async () => {
  const { statusCode, body } = await buffered([Buffer.from([0, 0, 0, 1])])
  expect(statusCode).toBe(406)
  expect(JSON.parse(body)).toMatchObject({ errors: [{ field: 'headers.Accept' }] })
})
