import { ProtocolFault } from './protocol-fault.ts'
import { createSseParser } from './sse.ts'

/** How GET /events is written: what to ask for, and a reader of it. */
export interface StreamEncoding {
  /** The header Accept. */
  accept: string
  /** A reader of one stream: takes bytes as they come, and answers the messages that they complete, as JSON values. */
  createReader(): (bytes: Uint8Array) => unknown[]
}

export const sseEncoding: StreamEncoding = {
  accept: 'text/event-stream',
  createReader: () => {
    const parse = createSseParser()
    return (bytes) => parse(bytes).map(({ data }) => parseJson(data))
  },
}

/** @throws ProtocolFault */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ProtocolFault(`not JSON: ${text.slice(0, 80)}`, { cause })
  }
}
