import {
  type Accumulator,
  accumulatorBytes,
  addEntries,
  addRows,
  createAccumulator,
  entriesOf,
  isEmpty,
  totalOf,
} from './accumulator.ts'
import { type Commit, type CommitEntry, commitIdOf, hashCommit } from './commit.ts'
import { closeRules } from './policy.ts'
import { weightInQuanta } from './quanta.ts'
import type { LayerName } from './settings.ts'
import type { TickRows } from './tick-rows.ts'
import { type Cut, cutsBefore, layerAt, settingsAt, windowAt } from './windows.ts'

/** Where the chain of a shard stands, and what its commits have used of the input. */
export interface ShardState {
  tenantId: string
  worldId: string
  layer: LayerName
  shard: string
  /** Of the last commit; 0 before the first. */
  number: number
  hash: string
  /** Last tick of the last commit. */
  committedTo: number
  /** The first input that is not used up. */
  fromInput: number
  /** Inputs up to this one were looked at when the last commit was made. */
  seenInput: number
}

/** What an input holds: ticks, or for a layer above the first one what the layer below committed in a window. */
export type InputContent =
  | { kind: 'ticks'; rows: TickRows; traces: readonly string[] }
  | { kind: 'entries'; tick: number; entries: readonly CommitEntry[] }

export interface Input {
  number: number
  /** Of the source before this input. */
  watermarkBefore: number
  content: InputContent
}

/** Rows of one tick, or entries, that wait for the watermark. */
interface Pending {
  tick: number
  input: number
  add: (accumulator: Accumulator) => void
}

/** What has been taken and is not committed. */
export interface OpenSpan {
  state: ShardState
  accumulator: Accumulator
  /** First input with something in the accumulator; Infinity: none. */
  oldestInput: number
  /** A tick of the window that the accumulator is of; undefined where it is empty. */
  tick: number | undefined
  /** The last tick that was added when its time had come; 0: none. */
  lastTick: number
  pending: Pending[]
  /** The last input that was taken. */
  taken: number
  /** Of what is open and of what was committed since they were last asked for. */
  traces: Set<string>
}

export const openSpan = (state: ShardState): OpenSpan => ({
  state,
  accumulator: createAccumulator('*'),
  oldestInput: Number.POSITIVE_INFINITY,
  tick: undefined,
  lastTick: 0,
  pending: [],
  taken: state.fromInput - 1,
  traces: new Set(),
})

export const openSpanBytes = ({ accumulator }: OpenSpan): number => accumulatorBytes(accumulator)

export const accumulatorRegions = ({ accumulator }: OpenSpan): number => accumulator.count - 1

/** A commit without what the clock says. */
export type MadeCommit = Omit<Commit, 'committedAt'> & { traces: string[] }

const maxTraces = 100

/**
 * Takes inputs in the order of their numbers, and ends each span that the watermark allows, first with the watermark from
 * before each input and at last with `watermark`. So it makes the same commits however the inputs are dealt out to
 * calls, and whenever these come. `open` is changed; its state is that after the last commit.
 */
export const advance = (
  open: OpenSpan,
  inputs: readonly Input[],
  watermark: number,
  cuts: readonly Cut[],
): MadeCommit[] => {
  const commits: MadeCommit[] = []
  for (const input of inputs) {
    // ticks of a later cut may have come before it: they must count the same whether it is known by now or not
    const known = input.content.kind === 'ticks' ? cutsBefore(cuts, input.number) : cuts
    closeUpTo(open, input.watermarkBefore, known, commits)
    take(open, input, known)
  }
  closeUpTo(open, watermark, cuts, commits)
  return commits
}

const take = (open: OpenSpan, input: Input, cuts: readonly Cut[]): void => {
  const { number, content } = input
  open.taken = number
  if (content.kind === 'entries') {
    open.pending.push({
      ...{ tick: content.tick, input: number },
      add: (accumulator) => addEntries(accumulator, content.entries),
    })
    return
  }
  for (const trace of content.traces) if (open.traces.size < maxTraces) open.traces.add(trace)
  const { rows } = content
  for (let from = 0, to = 0; from < rows.count; from = to) {
    const tick = rows.tick[from]!
    for (to = from + 1; to < rows.count && rows.tick[to] === tick; ) to++
    takeTick(open, input, rows, { tick, from, to }, cuts)
  }
}

const takeTick = (
  open: OpenSpan,
  { number, watermarkBefore }: Input,
  rows: TickRows,
  { tick, from, to }: { tick: number; from: number; to: number },
  cuts: readonly Cut[],
): void => {
  const { committedTo, seenInput, layer } = open.state
  // of an input that is read once more: it is in a commit, be it as a correction
  if (tick <= committedTo && number <= seenInput) return
  // a window that has passed is over, also where it had nothing to commit
  const isLate = tick <= committedTo || windowAt(cuts, layer, tick).end <= watermarkBefore
  const settings = settingsAt(cuts, tick)
  if (settings === undefined) return
  const weightOf = weightInQuanta(settings.weight, settings.baseWeight)
  const add = (accumulator: Accumulator) => addRows(accumulator, rows, from, to, weightOf, isLate)
  if (!isLate) {
    open.pending.push({ tick, input: number, add })
    return
  }
  addTo(open, { tick: Math.max(watermarkBefore, committedTo) + 1, input: number, add }, cuts)
}

const closeUpTo = (open: OpenSpan, watermark: number, cuts: readonly Cut[], commits: MadeCommit[]): void => {
  const { layer } = open.state
  const due = open.pending.filter(({ tick }) => tick <= watermark).sort((a, b) => a.tick - b.tick)
  open.pending = open.pending.filter(({ tick }) => tick > watermark)
  due.forEach((pending, at) => {
    if (open.tick !== undefined) {
      const { end } = windowAt(cuts, layer, open.tick)
      if (pending.tick > end) close(open, { epochEnd: end, windowEnd: end }, due.slice(at), cuts, commits)
    }
    addTo(open, pending, cuts)
    open.lastTick = Math.max(open.lastTick, pending.tick)
    const isWhole = (due[at + 1]?.tick ?? Number.POSITIVE_INFINITY) > open.lastTick
    if (isWhole && reachesRule(open, open.lastTick, cuts)) {
      const epochEnd = open.lastTick
      // whether a cut behind it is known by now is the engine's chance
      const { end: windowEnd } = windowAt(cuts, layer, epochEnd, epochEnd)
      close(open, { epochEnd, windowEnd }, due.slice(at + 1), cuts, commits)
    }
  })
  if (open.tick === undefined) return
  const { end } = windowAt(cuts, layer, open.tick)
  if (end <= watermark) close(open, { epochEnd: end, windowEnd: end }, [], cuts, commits)
}

const addTo = (open: OpenSpan, pending: Pending, cuts: readonly Cut[]): void => {
  if (isEmpty(open.accumulator)) {
    const cell = layerAt(cuts, open.state.layer, pending.tick)?.cell ?? '*'
    open.accumulator = createAccumulator(cell)
  }
  pending.add(open.accumulator)
  open.oldestInput = Math.min(open.oldestInput, pending.input)
  open.tick = Math.max(open.tick ?? 0, pending.tick)
}

/** First tick of the span that a tick ends. */
const epochStartOf = ({ layer, committedTo }: ShardState, tick: number, cuts: readonly Cut[]): number =>
  Math.max(windowAt(cuts, layer, tick).start, committedTo + 1)

const reachesRule = (open: OpenSpan, tick: number, cuts: readonly Cut[]): boolean => {
  const policy = layerAt(cuts, open.state.layer, tick)?.commit
  if (policy === undefined || policy.strategy === 'fixed') return false
  const { count, activitySum, activitySquares } = totalOf(open.accumulator)
  const epochStart = epochStartOf(open.state, tick, cuts)
  return closeRules[policy.strategy](policy, { epochStart, tick, count, activitySum, activitySquares })
}

/** Makes the commit of what is open. @param waiting what is taken and is still to be added. */
const close = (
  open: OpenSpan,
  { epochEnd, windowEnd }: Pick<Commit, 'epochEnd' | 'windowEnd'>,
  waiting: readonly Pending[],
  cuts: readonly Cut[],
  commits: MadeCommit[],
): void => {
  const { state } = open
  // a correction counts for the tick after the watermark, which may lie behind the span
  const tick = Math.min(open.tick!, epochEnd)
  const span = { epochStart: epochStartOf(state, tick, cuts), epochEnd }
  const unused = [...waiting, ...open.pending].reduce(
    (first, { input }) => Math.min(first, input),
    Number.POSITIVE_INFINITY,
  )
  const commit = {
    ...{ tenantId: state.tenantId, worldId: state.worldId, layer: state.layer, shard: state.shard },
    ...span,
    commitId: commitIdOf({ ...state, ...span }),
    number: state.number + 1,
    windowEnd,
    previousHash: state.hash,
    hash: '',
    entries: entriesOf(open.accumulator),
    fromInput: Math.min(unused, open.taken + 1),
    seenInput: Math.max(open.taken, state.seenInput),
    committedAt: '',
  }
  const hash = hashCommit(commit)
  const { committedAt: _, ...made } = commit
  commits.push({ ...made, hash, traces: [...open.traces] })
  open.state = {
    ...{ ...state, number: commit.number, hash, committedTo: epochEnd },
    ...{ fromInput: commit.fromInput, seenInput: commit.seenInput },
  }
  open.accumulator = createAccumulator('*')
  open.oldestInput = Number.POSITIVE_INFINITY
  open.tick = undefined
  open.lastTick = 0
  open.traces = new Set()
}
