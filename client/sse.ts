import { ProtocolFault } from './protocol-fault.ts'

export interface ServerSentEvent {
  /** The last id that was told. */
  id: string
  /** `message` where nothing was told. */
  type: string
  data: string
}

/** Characters of one line, or of one event's data; nothing that Orrery sends is as long. */
const mostCharacters = 64 * 2 ** 20

/**
 * An incremental reader of text/event-stream (WHATWG HTML, 9.2.6): takes bytes as they come, cut anywhere, and answers
 * the events that they complete.
 */
export const createSseParser = (): ((bytes: Uint8Array) => ServerSentEvent[]) => {
  // it also drops the byte order mark at the beginning
  const decoder = new TextDecoder()
  let rest = ''
  let isAfterReturn = false
  const dispatch = createFieldReader()
  return (bytes) => {
    const events: ServerSentEvent[] = []
    let text = decoder.decode(bytes, { stream: true })
    // CR LF is one end of a line, be it that the next bytes begin between them
    if (isAfterReturn && text !== '') {
      if (text.startsWith('\n')) text = text.slice(1)
      isAfterReturn = false
    }
    if (text === '') return events
    // what was left has no end of a line: only the new text is searched
    const ends = /\r\n?|\n/g
    let start = 0
    for (let match = ends.exec(text); match !== null; match = ends.exec(text)) {
      const event = dispatch(rest + text.slice(start, match.index))
      if (event !== null) events.push(event)
      rest = ''
      start = ends.lastIndex
    }
    isAfterReturn = text.endsWith('\r')
    rest += text.slice(start)
    if (rest.length > mostCharacters) throw new ProtocolFault('a line of the stream is too long')
    return events
  }
}

/** Takes lines; answers the event that an empty one completes. */
const createFieldReader = () => {
  let data: string[] = []
  let size = 0
  let type = ''
  let id = ''
  const complete = (): ServerSentEvent | null => {
    const event = data.length === 0 ? null : { id, type: type || 'message', data: data.join('\n') }
    data = []
    size = 0
    type = ''
    return event
  }
  return (line: string): ServerSentEvent | null => {
    if (line === '') return complete()
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') {
      data.push(value)
      if ((size += value.length) > mostCharacters)
        throw new ProtocolFault('an event of the stream is too long')
    } else if (field === 'event') type = value
    else if (field === 'id' && !value.includes('\0')) id = value
    return null
  }
}
