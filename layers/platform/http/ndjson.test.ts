import { expect, it } from 'vitest'
import * as z from 'zod'
import { isNdjsonBody, ndjsonBody, readNdjson } from './ndjson.ts'

const schema = z.strictObject({ n: z.int('must be a whole number') })

it('reads lines, passing over blank ones, and numbers them as an editor does', () => {
  expect(readNdjson(ndjsonBody('{"n":1}\n\n  \r\n{"n":2}\r\n'), schema, 2)).toEqual({
    values: [
      { line: 1, value: { n: 1 } },
      { line: 4, value: { n: 2 } },
    ],
    issues: [],
  })
})

it('names the line and the field of what is wrong', () => {
  const { issues } = readNdjson(ndjsonBody('{"n":1}\n{"n":"1"}\n{}\n{\n{"n":1,"m":2}'), schema, 9)
  expect(issues).toMatchObject([
    { path: ['line 2', 'n'], message: 'must be a whole number' },
    { path: ['line 3', 'n'] },
    { path: ['line 4'], message: expect.stringMatching(/^must be JSON: /) },
    { path: ['line 5', 'm'], message: 'is not a field of this endpoint' },
  ])
})

it('stops at ten wrong lines, at too many lines, and where there is none', () => {
  const wrong = readNdjson(ndjsonBody('x\n'.repeat(1_000)), schema, 9_999)
  expect(wrong.issues).toHaveLength(10)
  const many = readNdjson(ndjsonBody('{"n":1}\n'.repeat(4)), schema, 3)
  expect(many.issues).toMatchObject([{ path: ['line 4'] }])
  expect(readNdjson(ndjsonBody('\n \n'), schema, 3).issues).toHaveLength(1)
})

it('nothing that JSON says is taken for such a body', () => {
  expect(isNdjsonBody(ndjsonBody(''))).toBe(true)
  for (const body of [{}, [], 'x', null, { ndjson: 'x' }]) expect(isNdjsonBody(body)).toBe(false)
})
