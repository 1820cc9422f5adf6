import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSseParser, type ServerSentEvent } from './sse.ts'

const parseAll = (chunks: readonly Uint8Array[]): ServerSentEvent[] => chunks.flatMap(createSseParser())

/** Said as the standard says it: the whole text at once. */
const reference = (text: string): ServerSentEvent[] => {
  const events: ServerSentEvent[] = []
  let [data, type, id]: [string | null, string, string] = [null, '', '']
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  for (const line of lines.slice(0, -1)) {
    const [, field, value] = /^([^:]*)(?::\x20?(.*))?$/s.exec(line)!
    if (line === '') {
      if (data !== null) events.push({ id, type: type || 'message', data: data.slice(0, -1) })
      data = null
      type = ''
    } else if (field === 'data') data = `${data ?? ''}${value ?? ''}\n`
    else if (field === 'event') type = value ?? ''
    else if (field === 'id' && !(value ?? '').includes('\0')) id = value ?? ''
  }
  return events
}

const word = fc.oneof(
  fc.constantFrom('', ' ', 'ü', '💠', '€x', '\uFEFF', 'a:b', '\0', '7.3'),
  fc.string({ unit: 'grapheme' }),
)
const name = fc.constantFrom('data', 'data', 'data', 'id', 'event', 'retry', '', 'datum')
const line = fc.oneof(
  fc.constant(''),
  name,
  fc
    .tuple(name, fc.constantFrom(':', ': ', ':  '), word)
    .map((parts) => parts.join('').replace(/[\r\n]/g, '')),
)
const ending = fc.constantFrom('\r\n', '\n', '\r')
const text = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.array(fc.tuple(line, ending).map((parts) => parts.join(''))),
    fc.constantFrom('', 'data: cut'),
  )
  .map(([mark, lines, rest]) => mark + lines.join('') + rest)

describe('the reader of server-sent events', () => {
  it('reads what the standard says, cut anywhere, in the middle of a character or between CR and LF', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 7 }), { maxLength: 200 }), (whole, sizes) => {
        const bytes = new TextEncoder().encode(whole)
        const chunks: Uint8Array[] = []
        let at = 0
        for (const size of sizes) chunks.push(bytes.subarray(at, (at += size)))
        chunks.push(bytes.subarray(Math.min(at, bytes.length)))
        // CR at the very end may be half of an end of line: what it completes is told all the same
        expect(parseAll(chunks)).toEqual(reference(whole))
      }),
      { numRuns: 3000 },
    )
  })

  it('reads byte by byte', () => {
    const whole = ': a comment\r\nid: 7.3\r\ndata: {"a":"💠"}\r\n\r\ndata\r\r\nevent: x\ndata: 1\ndata:2\n\n'
    const bytes = [...new TextEncoder().encode(whole)].map((byte) => Uint8Array.of(byte))
    expect(parseAll(bytes)).toEqual([
      { id: '7.3', type: 'message', data: '{"a":"💠"}' },
      { id: '7.3', type: 'message', data: '' },
      { id: '7.3', type: 'x', data: '1\n2' },
    ])
  })

  it('tells an event before the bytes after it come', () => {
    const parse = createSseParser()
    expect(parse(new TextEncoder().encode('data: 1\n\n'))).toHaveLength(1)
    expect(parse(new TextEncoder().encode('data: 2\r\r'))).toHaveLength(1)
    // the LF that belongs to the CR before it ends nothing
    expect(parse(new TextEncoder().encode('\ndata: 3\n'))).toHaveLength(0)
  })
})
