import { int8Array, uuidArray } from '#platform/postgres/binary-array'
import type { DiffSide, LogPart } from './parts.ts'

/** How something of two worlds differs: it is in the second one only, in the first one only, or not the same in both. */
export type Kind = 'created' | 'deleted' | 'changed'

export type DifferenceCounts = Record<Kind, number>

/** The beginning of the parameters of every statement of a diff; those of the logs only where there are parts. */
export const diffValues = (a: DiffSide, b: DiffSide, parts: LogPart[] | undefined): unknown[] => [
  ...[a.worldId, a.seq, b.worldId, b.seq],
  ...(parts === undefined
    ? []
    : [
        uuidArray(parts.map(({ worldId }) => worldId)),
        int8Array(parts.map(({ afterSeq }) => afterSeq)),
        int8Array(parts.map(({ toSeq }) => toSeq)),
      ]),
]

/** Events of the parts of logs that `diffValues` gives. */
export const eventsOfParts = `
  unnest($5::uuid[], $6::int8[], $7::int8[]) AS u (world_id, after_seq, to_seq)
    JOIN world_events e ON e.world_id = u.world_id AND e.seq > u.after_seq AND e.seq <= u.to_seq`

/** Counts the rows of a statement that gives each difference's `kind`. */
export const countText = (differences: string): string => `
  SELECT count(*) FILTER (WHERE d.kind = 'created') AS created, count(*) FILTER (WHERE d.kind = 'deleted') AS deleted,
    count(*) FILTER (WHERE d.kind = 'changed') AS changed
  FROM (${differences}) d`
