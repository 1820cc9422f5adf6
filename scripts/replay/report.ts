import type { CheckpointRef } from '#physics/checkpoint-key'
import { table } from '../local/table.ts'
import type { Mismatch, Verified } from './verify.ts'

export const checkpointLines = (refs: readonly CheckpointRef[]): string[] =>
  table([
    ['tick', 'seq', 'taken at', 'state hash'],
    ...refs.map(({ tick, seq, takenAtMs, stateHash }) => [
      ...[String(tick), String(seq), new Date(takenAtMs).toISOString().slice(0, 19), stateHash],
    ]),
  ])

/** What a replay found, in sentences that claim no more than was compared. */
export const reportLines = (verified: Verified): string[] => {
  const { tick, ticks, compared, equalTick, mismatch } = verified
  if (mismatch !== undefined) return [...mismatchLines(mismatch), ...differenceLines(verified)]
  const ran = `${ticks} ticks run again, to tick ${tick}`
  if (compared === 0) return [`${ran}. No hash of them was recorded: nothing to compare with.`]
  const rest = equalTick < tick ? ` Of ticks ${equalTick + 1} to ${tick} no hash was recorded.` : ''
  return [`Equal: ${ran}; ${compared} recorded hashes are the same, the last at tick ${equalTick}.${rest}`]
}

const mismatchLines = ({ tick, equalTick, recorded, replayed }: Mismatch): string[] => [
  tick === equalTick + 1
    ? `Differs first at tick ${tick}; tick ${equalTick} is equal.`
    : `Differs first between tick ${equalTick + 1} and tick ${tick}: tick ${equalTick} is equal, and of those between no hash was recorded (TICK_HASH_SHARE=1 records all).`,
  `  recorded  ${recorded}`,
  `  replayed  ${replayed}`,
]

const differenceLines = ({ differences }: Verified): string[] => {
  if (differences === undefined)
    return [
      'No later checkpoint was reached that can be compared body by body: which ones differ is not known.',
    ]
  const { tick, bodies, first } = differences
  if (bodies === 0) return [`At the checkpoint of tick ${tick} all bodies are equal.`]
  return [
    `At the checkpoint of tick ${tick} ${bodies} ${bodies === 1 ? 'body differs' : 'bodies differ'}${bodies > first.length ? `; the first ${first.length}` : ''}:`,
    ...table([
      ['id', 'column', 'recorded', 'replayed'],
      ...first.map(({ id, column, recorded, replayed }) => [
        ...[JSON.stringify(id), column, valueText(recorded), valueText(replayed)],
      ]),
    ]).map((line) => `  ${line}`),
  ]
}

const valueText = (value: number | boolean): string => (Object.is(value, -0) ? '-0' : String(value))
