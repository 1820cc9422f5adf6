import fc from 'fast-check'
import { expect, test } from 'vitest'
import { queueSafeJson } from './queue-safe-json.ts'

// what fauxqs checks (dist/sqs/sqsTypes.js); SQS itself refuses less
const refusedByQueues = /[^\t\n\r -\uD7FF\uE000-\uFFFD]/

test('any JSON reads back the same and holds no character that a queue refuses', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = JSON.stringify(value)
      const safe = queueSafeJson(text)
      expect(safe).not.toMatch(refusedByQueues)
      expect(JSON.parse(safe)).toEqual(JSON.parse(text))
    }),
  )
})

test('an emoji and a non-character are escaped, other letters stay', () => {
  expect(queueSafeJson('{"name":"Zürich 🪐\uFFFF"}')).toBe('{"name":"Zürich \\ud83e\\ude90\\uffff"}')
})
