import { binaryType } from '#sync/binary'
import type { Cast, FullCast, LimitedCast } from '#sync/casts'
import { type Cursor, parseCursor } from '#sync/cursor'
import { createBinaryReader } from '#sync/test-binary'
import { applyFull, applyLimited, type ClientState } from '#sync/test-client'
import type { Entity } from '#world/event'

export interface Told {
  id: string
  type: string
  [field: string]: unknown
}

/** Server-sent events of a response, one after the other. */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const fields = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const value = (name: string) =>
        fields.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      yield { ...JSON.parse(value('data')!), id: value('id')! }
    }
  }
}

/** Messages of a response of Accept: application/vnd.orrery.sync, as JSON would have them. */
async function* binaryMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  const read = createBinaryReader()
  for await (const chunk of body) yield* read(chunk)
}

/** A plain client of docs/sync-protocol.md: init, then the stream, then again from its cursor. */
export interface PlainClient {
  state: ClientState
  cursor(): Cursor
  told: Told[]
  /** Follows the stream until `close`. */
  open(): Promise<void>
  close(): void
  /** What ended the stream; undefined: nothing has. */
  ended(): string | undefined
}

export const createPlainClient = async (
  url: string,
  world: string,
  filter: Record<string, string> = {},
  { cast = 'full', isBinary = false }: { cast?: Cast; isBinary?: boolean } = {},
): Promise<PlainClient> => {
  const query = new URLSearchParams({ world, ...filter })
  const init = await fetch(`${url}/world/init?${query}`)
  if (!init.ok) throw new Error(await init.text())
  const { cursor, fullState } = (await init.json()) as { cursor: string; fullState: { entities: Entity[] } }
  const state: ClientState = new Map(
    fullState.entities.map(({ group: _, ...entity }: Entity & { group?: string }) => [
      entity.id,
      entity as Entity,
    ]),
  )
  let at = parseCursor(cursor)!
  let closing = new AbortController()
  let end: string | undefined
  const told: Told[] = []

  const read = async (body: ReadableStream<Uint8Array>, { signal }: AbortController): Promise<void> => {
    try {
      for await (const event of isBinary ? binaryMessages(body) : serverSentEvents(body)) {
        told.push(event)
        if (event.type === 'snapshot') {
          const [from, to] = [parseCursor(event.from as string)!, parseCursor(event.cursor as string)!]
          if (from.seq > at.seq || from.tick > at.tick)
            throw new Error(`a gap: ${event.from} after ${at.seq}.${at.tick}`)
          if (cast === 'full') applyFull(state, event.changes as FullCast)
          else applyLimited(state, event.changes as LimitedCast)
          at = to
        } else if (event.type !== 'hello' && event.type !== 'heartbeat' && event.type !== 'digest')
          end = event.type
      }
      end ??= 'end'
    } catch (error) {
      if (!signal.aborted) end = (error as Error).message
    }
  }

  return {
    ...{ state, told, cursor: () => at, ended: () => end },
    open: async () => {
      closing = new AbortController()
      end = undefined
      const response = await fetch(`${url}/events?${query}&cast=${cast}&cursor=${at.seq}.${at.tick}`, {
        headers: isBinary ? { accept: binaryType } : {},
        signal: closing.signal,
      })
      if (!response.ok || response.body === null) throw new Error(await response.text())
      void read(response.body, closing)
    },
    close: () => closing.abort(),
  }
}
