import type { Ancestor } from '../read/ancestors.ts'

/** A world as of a seq of its own log, and what it was forked of, the parent first. */
export interface DiffSide {
  worldId: string
  seq: number
  ancestors: readonly Ancestor[]
}

/** A part of a world's log: after one seq and up to another. */
export interface LogPart {
  worldId: string
  afterSeq: number
  toSeq: number
}

/**
 * The parts of logs that lead from the last state that both sides have in common to the one and to the other: what no
 * event of theirs names is the same on both sides. undefined where they have nothing in common.
 */
export const partsSinceCommon = (a: DiffSide, b: DiffSide): LogPart[] | undefined => {
  const [ofA, ofB] = [logsOf(a), logsOf(b)]
  const inB = new Map(ofB.map((log) => [log.worldId, log.toSeq]))
  const shared = ofA.find(({ worldId }) => inB.has(worldId))
  if (shared === undefined) return undefined
  const { worldId } = shared
  const common = Math.min(shared.toSeq, inB.get(worldId)!)
  return [ofA, ofB].flatMap((logs) =>
    logs
      .slice(0, logs.findIndex((log) => log.worldId === worldId) + 1)
      .map((log) => ({ ...log, afterSeq: log.worldId === worldId ? common : 0 }))
      .filter(({ afterSeq, toSeq }) => toSeq > afterSeq),
  )
}

const logsOf = ({ worldId, seq, ancestors }: DiffSide): { worldId: string; toSeq: number }[] => [
  { worldId, toSeq: seq },
  ...ancestors.map((ancestor) => ({ worldId: ancestor.worldId, toSeq: ancestor.upToSeq })),
]
