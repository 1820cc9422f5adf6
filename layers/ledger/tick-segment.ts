import * as z from 'zod'
import { type FileArray, readArrayFile, writeArrayFile } from '#platform/arrays/array-file'
import { drive } from '#platform/arrays/drive'
import { packIds, unpackIds } from '#platform/arrays/id-bytes'
import { restoreIds } from '#platform/arrays/id-table'
import type { TickRows } from './tick-rows.ts'

/** What is new of a world's ticks: the ticks of each shard that has any. */
export interface Segment {
  worldId: string
  fromTick: number
  toTick: number
  /** By shard. */
  parts: ReadonlyMap<string, TickRows>
  /** Traceparents of what the ticks took up; 100 at most. */
  traces: readonly string[]
}

/** Where a shard's part lies in the bytes of a segment. */
export interface SegmentPart {
  shard: string
  fromTick: number
  toTick: number
  ticks: number
  startByte: number
  byteLength: number
}

export interface EncodedSegment {
  bytes: Buffer
  parts: SegmentPart[]
}

/** uint32 length of the index, little-endian. */
const prefixBytes = 4

/**
 * A segment as the object store has it: the length of its index, the index as JSON (world, ticks, and where each
 * shard's part lies behind it), and the parts, each an array file of its own, so that an engine reads only its own.
 */
export const encodeSegment = async (segment: Segment, signal?: AbortSignal): Promise<EncodedSegment> => {
  const files: Buffer[] = []
  const parts: SegmentPart[] = []
  let at = 0
  for (const [shard, rows] of segment.parts) {
    const bytes = await encodePart(segment, shard, rows, signal)
    const [fromTick, toTick] = [rows.tick[0]!, rows.tick[rows.count - 1]!]
    parts.push({ shard, fromTick, toTick, ticks: rows.count, startByte: at, byteLength: bytes.length })
    files.push(bytes)
    at += bytes.length
  }
  const { worldId, fromTick, toTick } = segment
  const index = Buffer.from(JSON.stringify({ version: 1, worldId, fromTick, toTick, parts }))
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeUInt32LE(index.length)
  const start = prefixBytes + index.length
  return {
    bytes: Buffer.concat([prefix, index, ...files]),
    parts: parts.map((part) => ({ ...part, startByte: start + part.startByte })),
  }
}

const indexSchema = z.object({
  parts: z.array(
    z.object({
      ...{ shard: z.string(), fromTick: z.int(), toTick: z.int(), ticks: z.int() },
      ...{ startByte: z.int().min(0), byteLength: z.int().min(0) },
    }),
  ),
})

/** Where the parts of a whole segment lie in its bytes. */
export const partsOfSegment = (bytes: Buffer): SegmentPart[] => {
  const start = prefixBytes + bytes.readUInt32LE(0)
  const { parts } = indexSchema.parse(JSON.parse(bytes.toString('utf8', prefixBytes, start)))
  return parts.map((part) => ({ ...part, startByte: start + part.startByte }))
}

const partHeader = z.object({
  worldId: z.string(),
  shard: z.string(),
  ids: z.int().min(0),
  traces: z.array(z.string()),
  meta: z.array(z.string()).optional(),
})

const encodePart = async (
  { worldId, traces }: Segment,
  shard: string,
  rows: TickRows,
  signal?: AbortSignal,
): Promise<Buffer> => {
  const { count, ids, meta, timestampMs } = rows
  const arrays: Record<string, FileArray> = {
    tick: rows.tick.subarray(0, count),
    x: rows.x.subarray(0, count),
    y: rows.y.subarray(0, count),
    z: rows.z.subarray(0, count),
    activity: rows.activity.subarray(0, count),
    jitter: rows.jitter.subarray(0, count),
    entity: rows.entity.subarray(0, count),
    ids: await drive(packIds({ arena: ids.arena, offset: ids.offset.subarray(0, ids.count) }), signal),
  }
  if (timestampMs !== undefined) arrays.timestampMs = timestampMs
  return writeArrayFile({ worldId, shard, ids: ids.count, traces, meta }, arrays, signal)
}

export interface DecodedPart {
  rows: TickRows
  traces: string[]
}

/**
 * The ticks of one part.
 *
 * @throws Error for bytes that are damaged, or of another world or shard.
 */
export const decodePart = async (
  bytes: Buffer,
  { worldId, shard }: { worldId: string; shard: string },
): Promise<DecodedPart> => {
  const file = await readArrayFile(bytes)
  const header = partHeader.parse(file.header)
  if (header.worldId !== worldId || header.shard !== shard)
    throw new Error(`the part is of shard ${header.shard} of world ${header.worldId}`)
  const { tick, x, y, z, activity, jitter, timestampMs } = file.arrays as Record<string, Float64Array>
  const ids = restoreIds(header.ids, unpackIds(file.arrays.ids as Uint8Array, header.ids))
  const rows: TickRows = {
    ...{ count: tick!.length, tick: tick!, x: x!, y: y!, z: z!, activity: activity!, jitter: jitter!, ids },
    entity: file.arrays.entity as Uint32Array,
    ...(header.meta !== undefined && { meta: header.meta }),
    ...(timestampMs !== undefined && { timestampMs }),
  }
  return { rows, traces: header.traces }
}
