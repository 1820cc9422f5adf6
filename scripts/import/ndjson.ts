import { BadItem, type ImportItem } from './item.ts'

/** A line of more than this could not be sent: a request has 4 MiB. */
const lineBytesLimit = 4 * 1024 * 1024
const newline = 0x0a

interface Line {
  text: string
  number: number
  /** Bytes of the stream up to its end. */
  position: number
}

/**
 * The items of a stream of NDJSON (see docs/import.md), one line in memory at a time.
 *
 * @throws BadItem naming the line
 */
export async function* readNdjson(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ImportItem> {
  for await (const line of splitLines(chunks)) {
    if (line.text.trim() !== '') yield parseLine(line)
  }
}

async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = []
  let bytes = 0
  let number = 1
  let position = 0
  const take = (part: Uint8Array) => {
    parts.push(part)
    bytes += part.length
    position += part.length
    if (bytes > lineBytesLimit) throw new BadItem(`line ${number} is longer than ${lineBytesLimit} bytes`)
  }
  const finish = (): Line => {
    const line = { text: decode(Buffer.concat(parts), number), number, position }
    parts = []
    bytes = 0
    number += 1
    return line
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end + 1))
      yield finish()
      start = end + 1
    }
    take(chunk.subarray(start))
  }
  if (bytes > 0) yield finish()
}

const decoder = new TextDecoder('utf-8', { fatal: true })

const decode = (bytes: Uint8Array, number: number): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new BadItem(`line ${number} is not UTF-8`)
  }
}

const parseLine = ({ text, number, position }: Line): ImportItem => {
  const value = parseJson(text, number)
  const keys = isObject(value) ? Object.keys(value) : []
  const [kind] = keys
  if (!isObject(value) || keys.length !== 1 || (kind !== 'entity' && kind !== 'connection'))
    throw new BadItem(`line ${number} is not {"entity": {…}} or {"connection": {…}}`)
  if (!isObject(value[kind])) throw new BadItem(`line ${number}: "${kind}" is not an object`)
  return { kind, json: stringify(value[kind], text, number), source: `line ${number}`, position }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseJson = (text: string, number: number): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BadItem(`line ${number} is not JSON: ${(error as Error).message}`)
  }
}

// what a number must look like to be beyond every finite double
const maybeInfinite = /\d[eE]\+?\d{3}|\d{309}/

/** JSON.parse makes 1e999 Infinity, which JSON.stringify would make null without a word. */
const stringify = (value: unknown, text: string, number: number): string =>
  maybeInfinite.test(text) ? JSON.stringify(value, refuseInfinity(number)) : JSON.stringify(value)

const refuseInfinity = (number: number) => (key: string, value: unknown) => {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new BadItem(`line ${number}: the number at "${key}" is out of range`)
  return value
}
