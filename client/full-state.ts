import { type Cast, list, record, visiblePart, type Wire } from './changes.ts'
import { type Cursor, parseCursor } from './cursor.ts'
import type { SyncEntity } from './entity.ts'
import { createLineReader } from './lines.ts'
import { readTimeline } from './messages.ts'
import { ProtocolFault } from './protocol-fault.ts'
import { parseJson } from './stream-encoding.ts'

/** A world as it was. */
export interface FullState {
  cursor: Cursor
  /** Which history the cursor is of; null: not known. */
  timeline: string | null
  /** No position in it is of a later tick; null: the server does not say. */
  lastTick: number | null
  entities: readonly SyncEntity[]
}

/**
 * Reads the answer of GET /world/init as it comes, as lines or as one JSON object.
 *
 * @throws ProtocolFault, and whatever the chunks throw
 */
export const readFullState = async (
  chunks: AsyncIterable<Uint8Array>,
  isLines: boolean,
  cast: Cast,
): Promise<FullState> => {
  const reader = createLineReader()
  const lines = createStateLines(cast)
  const texts: string[] = []
  const take = isLines ? lines.take : (text: string) => texts.push(text)
  for await (const chunk of chunks) for (const line of reader.push(chunk)) take(line)
  const last = reader.end()
  if (last !== null) take(last)
  return isLines ? lines.end() : readObject(parseJson(texts.join('\n')), cast)
}

const readObject = (data: unknown, cast: Cast): FullState => {
  const wire = record(data, 'a full state')
  const entities = list(record(wire.fullState, 'fullState').entities) as SyncEntity[]
  return stateOf(wire, wire, entities.map(shown(cast)))
}

/** A head, an entity a line, an end: without it the answer was cut off. */
const createStateLines = (cast: Cast) => {
  let head: Wire | null = null
  let end: Wire | null = null
  const entities: SyncEntity[] = []
  const show = shown(cast)
  return {
    take(line: string): void {
      if (line === '') return
      const wire = record(parseJson(line), 'a line of the full state')
      if (head === null) head = wire
      else if (wire.end === true) end = wire
      else entities.push(show(wire as unknown as SyncEntity))
    },
    end(): FullState {
      if (head === null || end === null) throw new ProtocolFault('the full state was cut off')
      return stateOf(head, end, entities)
    },
  }
}

const shown = (cast: Cast) => (cast === 'limited' ? visiblePart : (entity: SyncEntity) => entity)

const stateOf = (head: Wire, end: Wire, entities: SyncEntity[]): FullState => {
  const cursor = parseCursor(head.cursor)
  const lastTick = typeof end.lastTick === 'number' ? end.lastTick : null
  return { cursor, timeline: readTimeline(head), lastTick, entities }
}
