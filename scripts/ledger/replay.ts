import type { Difference } from '#ledger/replay/compare-commits'
import { type Replayed, replayCommits } from '#ledger/replay/replay-commits'
import type { StackConnection } from '../local/connect.ts'
import { table } from '../local/table.ts'
import type { LedgerCommand } from './command.ts'
import type { LedgerOptions } from './options.ts'
import { findWorld } from './worlds.ts'

/** Makes commits again and compares; 1 where one differs, 2 where their ticks are no longer kept. */
export const replay = async (
  connection: StackConnection,
  { tenant, world, layer, from, to }: Extract<LedgerOptions, { command: 'replay' }>,
  { out, err }: LedgerCommand,
): Promise<number> => {
  const { worldId, tenantId, name } = await findWorld(connection.pool, tenant, world)
  try {
    const replayed = await replayCommits(connection, { worldId, tenantId, layer }, from, to)
    for (const line of replayedLines(name, replayed)) out(line)
    return replayed.differing === null ? 0 : 1
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code !== 'input-missing') throw error
    err(
      `input-missing: ${message}.\nThe commits can no longer be made again from them. They still verify by their hashes: npm run ledger -- verify --world ${name} --layer ${layer}`,
    )
    return 2
  }
}

const replayedLines = (name: string, replayed: Replayed): string[] => {
  const { layer, shard, fromNumber, toNumber, equal, differing } = replayed
  const chain = `${name}, ${layer}, shard ${shard}`
  if (differing === null)
    return [
      `${chain}: equal. Commits ${fromNumber} to ${toNumber} were made again, and all ${equal} have the hash that is kept.`,
    ]
  const { number, commitId, differences, more } = differing
  const before = equal === 0 ? '' : ` Commits ${fromNumber} to ${number - 1} are equal.`
  return [
    `${chain}: differs first at commit ${number}, ${commitId}.${before}`,
    ...table([['region', 'field', 'kept', 'made again'], ...differences.map(cells)]).map(
      (line) => `  ${line}`,
    ),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}

const cells = ({ region, correction, field, kept, replayed }: Difference): string[] => [
  region === null ? '(the commit)' : `${region}${correction ? ' (correction)' : ''}`,
  ...[field, kept ?? '(none)', replayed ?? '(none)'],
]
