import { formatCursor } from './cursor.ts'
import { failureOfError } from './http-failure.ts'
import { addressOf, type HttpOptions } from './http-transport.ts'
import { readMessage } from './messages.ts'
import type { Transport } from './runtime.ts'
import { parseJson } from './stream-encoding.ts'

/** What of the platform's EventSource is used; not every platform that has fetch has it. */
export interface EventSourceLike {
  onopen: unknown
  onmessage: unknown
  onerror: unknown
  close(): void
}

/**
 * Opens streams by EventSource, which sends cookies of the same origin but no token. It connects again by itself; this
 * does not let it, since the machine knows when to.
 */
export const openEventSource =
  (options: HttpOptions, create: (address: string) => EventSourceLike): Transport['openStream'] =>
  (cursor, listener) => {
    const query = { ...options.streamQuery(), cast: options.cast, cursor: formatCursor(cursor) }
    const source = create(addressOf(options, '/events', query))
    source.onopen = () => listener.opened()
    source.onerror = () => {
      source.close()
      listener.failed({ kind: 'network', detail: 'the stream ended' })
    }
    source.onmessage = ({ data }: { data: string }) => {
      try {
        listener.heard()
        const message = readMessage(parseJson(data))
        if (message !== null) listener.message(message)
      } catch (error) {
        source.close()
        listener.failed(failureOfError(error))
      }
    }
    return () => source.close()
  }
