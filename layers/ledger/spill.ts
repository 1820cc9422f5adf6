import * as z from 'zod'
import { type FileArray, readArrayFile, writeArrayFile } from '#platform/arrays/array-file'
import { drive } from '#platform/arrays/drive'
import { packIds, unpackIds } from '#platform/arrays/id-bytes'
import { restoreIds } from '#platform/arrays/id-table'
import { type Accumulator, columnsOf, restoreAccumulator } from './accumulator.ts'
import type { OpenSpan, ShardState } from './spans.ts'

const header = z.object({
  version: z.literal(1),
  number: z.int(),
  hash: z.string(),
  cell: z.union([z.literal('*'), z.int()]),
  count: z.int(),
  ids: z.int(),
  taken: z.int(),
  oldestInput: z.int(),
  tick: z.int(),
  lastTick: z.int(),
  traces: z.array(z.string()),
})

/** Only what is in the accumulator can be kept: not what waits for the watermark, and nothing where it is empty. */
export const canSpill = ({ tick, pending }: OpenSpan): boolean => tick !== undefined && pending.length === 0

/** An open span as the object store has it. */
export const encodeSpan = async (open: OpenSpan): Promise<Buffer> => {
  const { state, accumulator, taken, oldestInput, tick, lastTick, traces } = open
  const { ids } = accumulator
  const arrays: Record<string, FileArray> = {
    ...columnsOf(accumulator),
    members: accumulator.members.pairs(),
    ids: await drive(packIds({ arena: ids.arena, offset: ids.offset.subarray(0, ids.count) })),
  }
  const head: z.input<typeof header> = {
    ...{ version: 1, number: state.number, hash: state.hash, cell: accumulator.cell },
    ...{
      count: accumulator.count,
      ids: ids.count,
      taken,
      oldestInput,
      tick: tick!,
      lastTick,
      traces: [...traces],
    },
  }
  return writeArrayFile(head, arrays)
}

/** The open span again. @throws Error for bytes that are damaged, or of a span after another commit. */
export const decodeSpan = async (bytes: Buffer, state: ShardState): Promise<OpenSpan> => {
  const file = await readArrayFile(bytes)
  const head = header.parse(file.header)
  if (head.number !== state.number || head.hash !== state.hash)
    throw new Error(`it is of the span after commit ${head.number} ${head.hash}`)
  const ids = restoreIds(head.ids, unpackIds(file.arrays.ids as Uint8Array, head.ids))
  const accumulator: Accumulator = restoreAccumulator(head.cell, head.count, file.arrays, ids)
  const { taken, oldestInput, tick, lastTick } = head
  return { state, accumulator, oldestInput, tick, lastTick, pending: [], taken, traces: new Set(head.traces) }
}
